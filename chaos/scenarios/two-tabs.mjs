// Row 6: two tabs of one visitor share an outbox, one of them drains it, and that one's renderer is killed at random. What
// was safe on the device arrives once, each tab's words in their order; until the kill never two tabs send at a time.

import { join } from 'node:path'
import { startBrowser, crash } from '../lib/browser.mjs'
import { judge } from '../lib/judge.mjs'
import { startPageServer } from '../lib/page-server.mjs'
import { startProxy } from '../lib/proxy.mjs'
import { createRandom } from '../lib/random.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { readProtocol } from '../lib/read-protocol.mjs'
import { startServer } from '../lib/server.mjs'
import { watchDrainers } from '../lib/watch-drainers.mjs'
import { keepDiary, openVisitor } from '../lib/visitor-page.mjs'
import { wait } from '../lib/wait.mjs'

/** Long enough on the wire for two senders to meet there. */
const DELAY_MS = 80

export const twoTabs = {
  name: 'two-tabs',
  row: '6',
  title: 'two tabs, the draining one killed',
  fault: 'Chromium, two tabs that write in turn; the renderer of the one that drains is killed in the middle',
  scales: {
    short: { runs: 3, messages: 20, atOnce: 1, equalWithinMs: 10_000 },
    full: { runs: 200, messages: 20, atOnce: 2, equalWithinMs: 1_000 },
  },
  async run({ scale: { runs, messages, atOnce, equalWithinMs }, context }) {
    const { folder, defer, seed, client, server: product, log } = context
    const pages = await startPageServer(client)
    defer(pages.close)
    const database = `file:${folder}/pendopo.db`
    const server = await startServer({ product, database, agents: 1, origins: [pages.url] })
    defer(server.close)
    const browser = await startBrowser(join(folder, 'profile'))
    defer(browser.kill)
    const random = createRandom(seed)
    const results = []
    const left = Array.from({ length: runs }, (_, index) => index + 1)
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let run = left.shift(); run !== undefined; run = left.shift()) {
          results.push(await play({ run, messages, browser, pages, server, database, random }))
          if (run % 20 === 0) log(`run ${run} of ${runs}`)
        }
      }),
    )
    const told = await readProtocol({ url: server.url, login: server.entry.logins[0] })
    const stored = await readDatabase(database)
    const { counts, faults } = judge({ clients: results.flatMap(({ clients }) => clients), stored, told })
    const late = results.filter(({ equalMs }) => equalMs > equalWithinMs)
    const twoDrainers = results.reduce((all, { drainers }) => all + drainers, 0)
    if (twoDrainers > 0) faults.unshift(`two tabs were sending the same at the same time, ${twoDrainers} times`)
    for (const { run, equalMs } of late) faults.push(`run ${run}: both tabs were equal after ${equalMs} ms only`)
    return {
      passed: faults.length === 0,
      faults,
      counts: {
        runs,
        inMemory: results.filter(({ isShared }) => !isShared).length,
        ...counts,
        twoDrainers,
        equalWithinMs: Math.max(...results.map(({ equalMs }) => equalMs)),
      },
    }
  },
}

async function play({ run, messages, browser, pages, server, database, random }) {
  const drainers = watchDrainers()
  const proxy = await startProxy({ upstream: () => server.url, seed: run, onFrame: drainers.onFrame })
  const context = await browser.newContext()
  try {
    const name = `run ${run}`
    const diary = await keepDiary(context, name)
    const open = () => openVisitor(context, { page: pages.url, server: proxy.url })
    const one = await open()
    await one.online()
    // The second tab knows the conversation before the fight begins: two first messages at once are two openings.
    await one.say(`one ${run}.0`)
    await one.emptied()
    const [linkOfOne] = proxy.links()
    const two = await open()
    await two.online()
    proxy.set({ delayMs: DELAY_MS })

    const dies = random.between(4, messages - 4)
    let tabs = [
      { ...one, tab: 'one' },
      { ...two, tab: 'two' },
    ]
    for (let number = 1; number < messages; number++) {
      const { say, tab } = random.pick(tabs)
      await say(`${tab} ${run}.${number}`)
      await wait(random.between(0, 40))
      if (number !== dies) continue
      const victim = drainers.last() === linkOfOne.id ? 'one' : 'two'
      drainers.stop()
      await crash(tabs.find(({ tab }) => tab === victim).page)
      tabs = tabs.filter(({ tab }) => tab !== victim)
    }
    const [survivor] = tabs
    // A browser so slow that it did not open its storage in time leaves a tab alone with its own outbox, and says so.
    const isShared = (await survivor.persistence()) === 'indexeddb'
    await survivor.emptied()
    const third = await open()
    await third.online()
    const equalMs = await untilEqual([survivor, third], { database, diary })
    return {
      run,
      equalMs,
      isShared,
      drainers: isShared ? drainers.meetings() : 0,
      clients: [
        { ...diary.toClient('one'), sent: onlySafe(diary.toClient('one')) },
        { ...diary.toClient('two'), sent: onlySafe(diary.toClient('two')) },
      ],
    }
  } finally {
    await context.close()
    await proxy.close()
  }
}

/** A tab that dies in `send` has promised nothing yet. */
const onlySafe = ({ sent }) => sent.filter(({ queued }) => queued)

/** Milliseconds until both tabs show what is stored, from when all that is safe on the device is. */
async function untilEqual(tabs, { database, diary }) {
  const conversation = await tabs[0].conversation()
  let whole
  for (const late = Date.now() + 60_000; Date.now() < late; await wait(20)) {
    const log = (await readDatabase(database)).get(conversation) ?? []
    const stored = log.filter(({ kind }) => kind === 'message.posted').map(({ id }) => id)
    if (!diary.queued().every(({ id }) => stored.includes(id))) continue
    whole ??= Date.now()
    const shown = await Promise.all(tabs.map(({ shown }) => shown()))
    if (shown.every((items) => items.map(({ id }) => id).join() === stored.join())) return Date.now() - whole
  }
  return Infinity
}
