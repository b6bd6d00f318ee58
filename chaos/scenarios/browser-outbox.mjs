// Row 7: a visitor writes while there is no network; then the page is closed, its renderer killed, or the whole browser
// killed; the next visit sends what was safe on the device, once and in order.

import { join } from 'node:path'
import { startBrowser, crash } from '../lib/browser.mjs'
import { judge } from '../lib/judge.mjs'
import { startPageServer } from '../lib/page-server.mjs'
import { startProxy } from '../lib/proxy.mjs'
import { createRandom } from '../lib/random.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { readProtocol } from '../lib/read-protocol.mjs'
import { startServer } from '../lib/server.mjs'
import { keepDiary, openVisitor } from '../lib/visitor-page.mjs'
import { wait } from '../lib/wait.mjs'

const WAYS = ['page', 'renderer', 'browser']
const QUEUED_WITHIN_MS = 30_000

export const browserOutbox = {
  name: 'browser-outbox',
  row: '7',
  title: 'a browser with an outbox, closed or killed',
  fault: '1 to 20 messages written without a network; then the page closed, the renderer killed, or the browser killed',
  scales: { short: { each: 2 }, full: { each: 100 } },
  async run({ scale: { each }, context }) {
    const { folder, defer, client, server: product, log } = context
    const pages = await startPageServer(client)
    defer(pages.close)
    const database = `file:${folder}/pendopo.db`
    const server = await startServer({ product, database, agents: 1, origins: [pages.url] })
    defer(server.close)
    // One lane for each way, each with a browser, a profile and a network of its own.
    const lanes = await Promise.all(
      WAYS.map(async (way, index) => {
        const lane = { way, pages, server, database, each, log, random: createRandom(context.seed + index) }
        return play({ ...lane, profile: join(folder, `profile-${way}`), defer, seed: context.seed + index })
      }),
    )
    const told = await readProtocol({ url: server.url, login: server.entry.logins[0] })
    const stored = await readDatabase(database)
    const { counts, faults, passed } = judge({ clients: lanes.map(({ diary }) => diary), stored, told })
    return {
      passed,
      faults,
      counts: {
        runs: each * WAYS.length,
        ...counts,
        notYetQueued: lanes.reduce((all, { notYetQueued }) => all + notYetQueued, 0),
      },
    }
  },
}

/** Resolves when each of these texts was said to be safe. */
async function allQueued(diary, way, texts) {
  for (const late = Date.now() + QUEUED_WITHIN_MS; Date.now() < late; await wait(20)) {
    const safe = new Set(diary.queued().map(({ text }) => text))
    if (texts.every((text) => safe.has(text))) return
  }
  throw new Error(`${way}: what was written was not safe within ${QUEUED_WITHIN_MS} ms`)
}

async function play({ way, profile, pages, server, database, each, random, defer, seed, log }) {
  const proxy = await startProxy({ upstream: () => server.url, seed })
  defer(proxy.close)
  const start = async () => {
    const browser = await startBrowser(profile)
    defer(browser.kill)
    const context = browser.context()
    return { browser, context, diary: await keepDiary(context, way) }
  }
  const address = { page: pages.url, server: proxy.url }
  const sent = []
  let written = 0
  let { browser, context, diary } = await start()
  let tab = await openVisitor(context, address)
  await tab.say(`${way} 0`)
  await tab.emptied()
  for (let run = 1; run <= each; run++) {
    await tab.online()
    proxy.setDown(true)
    const texts = Array.from({ length: random.between(1, 20) }, () => `${way} ${++written}`)
    await tab.sayAll(texts)
    // Every other time all of it is safe on the device before it happens: then all of it must be there.
    if (run % 2 === 0) await allQueued(diary, way, texts)
    else await wait(random.between(0, 300))
    if (way === 'page') await tab.page.close()
    else if (way === 'renderer') await crash(tab.page)
    else {
      await browser.kill()
      sent.push(...diary.toClient(way).sent)
      ;({ browser, context, diary } = await start())
    }
    tab = await openVisitor(context, address)
    proxy.setDown(false)
    await tab.online()
    await tab.emptied()
    if (run % 20 === 0) log(`${way}: ${run} of ${each}`)
  }
  sent.push(...diary.toClient(way).sent)
  const safe = sent.filter(({ queued }) => queued)
  await tab.settled(database)
  return {
    diary: {
      name: way,
      side: 'visitor',
      sent: safe,
      views: [{ conversation: await tab.conversation(), messages: await tab.shown() }],
    },
    notYetQueued: written + 1 - safe.length,
  }
}
