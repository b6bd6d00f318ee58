// Files that try to run. Each is uploaded as a visitor does it, under its own name and under every name that is taken;
// what the server keeps of them is then opened by itself, and included by a page as a script, a style, a picture and a
// frame: a page of the site and, worse, one of the server's own origin. Nothing may run. The same files on a plain
// server of static files do run, and this test sees it.

import { FILE_TYPES, type Attachment } from '@pendopo/protocol'
import { Uploaded } from '@pendopo/protocol/schemas'
import type { Browser, Page, Request } from 'playwright-core'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasCorpora } from '../support/hostile-strings.ts'
import { OWN_FILES, readHostileUploads, type HostileFile } from '../support/hostile-uploads.ts'
import { connectVisitor, newId, newToken, type PlainClient } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { startHostSite, type HostSite } from './support/host-page.ts'
import { executions, watchExecution } from './support/watch-execution.ts'

/** What may be shown where it is: pictures that cannot run. */
const RASTER = ['image/jpeg', 'image/png', 'image/gif', 'image/webp']

const PLAIN_PAGE = '<!doctype html><title>Includes</title><body></body>'

let server: RoomyServer
let browser: Browser
let host: HostSite

beforeAll(async () => {
  ;[browser, host] = await Promise.all([launchBrowser(), startHostSite()])
  server = await startRoomyServer({ site: 'uploads', origins: [host.origin], agentName: 'Ayu' })
  host.set('/includes', { body: PLAIN_PAGE })
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await server?.close()
})

interface Kept {
  readonly file: Attachment
  readonly url: string
}

interface Refused {
  readonly name: string
  readonly status: number
  readonly code: string
}

const Refusal = v.object({ error: v.object({ code: v.string(), message: v.string() }) })

async function upload(token: string, name: string, { bytes }: HostileFile): Promise<Attachment | Refused> {
  const response = await fetch(`${server.url}/${server.site}/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    // What the request calls it must make no difference.
    headers: { origin: host.origin, authorization: `Bearer ${token}`, 'content-type': 'text/html' },
    body: bytes,
  })
  const answer: unknown = await response.json()
  if (response.status === 201) return v.parse(Uploaded, answer).file
  return { name, status: response.status, code: v.parse(Refusal, answer).error.code }
}

/** Puts files into a conversation, and gives the addresses that its visitor loads them from. */
async function addressesOf(visitor: PlainClient, files: readonly Attachment[]): Promise<readonly Kept[]> {
  const groups = Array.from({ length: Math.ceil(files.length / 5) }, (_, index) =>
    files.slice(index * 5, index * 5 + 5),
  )
  let conversation = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }])
  const kept: Kept[] = []
  for (const group of groups) {
    const attachments = group.map(({ id }) => ({ id }))
    conversation = await visitor.post(conversation, [{ id: newId(), kind: 'message.post', data: { attachments } }])
    const { urls } = await visitor.ask('file-urls', { conversation, files: group.map(({ id }) => id) })
    for (const { id, url } of urls) {
      const file = group.find((one) => one.id === id)
      if (file !== undefined) kept.push({ file, url: new URL(url, `${server.url}/`).href })
    }
  }
  expect(kept).toHaveLength(files.length)
  return kept
}

/** Uploads each file under its own name and under all that are taken. */
async function uploadAll(files: readonly HostileFile[]) {
  const token = newToken()
  const visitor = await connectVisitor(server, { site: server.site, origin: host.origin, token })
  const own: (Attachment | Refused)[] = []
  const renamed: (Attachment | Refused)[] = []
  for (const file of files) {
    own.push(await upload(token, file.name, file))
    for (const extension of Object.keys(FILE_TYPES))
      renamed.push(await upload(token, `${file.name}.${extension}`, file))
  }
  const all = [...own, ...renamed]
  const kept = await addressesOf(
    visitor,
    all.filter((one) => 'id' in one),
  )
  visitor.close()
  return { own, refused: all.filter((one) => 'code' in one), kept }
}

/** Opens an address by itself: it is shown there, or saved. */
async function openAlone(page: Page, url: string): Promise<'shown' | 'saved'> {
  try {
    await page.goto(url)
    return 'shown'
  } catch (error) {
    if (String(error).includes('Download is starting')) return 'saved'
    throw error
  }
}

/** Includes the addresses in a page in every way a page can, and resolves when all of it has come or been refused. */
async function includeAll(page: Page, urls: readonly string[]): Promise<void> {
  const framed = new Set<string>()
  const note = (request: Request) => void framed.add(request.url())
  page.on('requestfinished', note)
  page.on('requestfailed', note)
  const asFrames = urls.map((url) => `${url}${url.includes('?') ? '&' : '?'}as=frame`)
  await page.evaluate(
    async ([addresses, frames]) => {
      const settled: Promise<void>[] = []
      const add = (element: HTMLElement, attribute: string, url: string) => {
        element.setAttribute(attribute, url)
        settled.push(new Promise((resolve) => (element.onload = element.onerror = () => resolve())))
        document.body.append(element)
      }
      for (const url of addresses) {
        add(document.createElement('script'), 'src', url)
        add(document.createElement('img'), 'src', url)
        const link = document.createElement('link')
        link.rel = 'stylesheet'
        add(link, 'href', url)
      }
      await Promise.all(settled)
      for (const url of frames) {
        const frame = document.createElement('iframe')
        frame.src = url
        document.body.append(frame)
      }
    },
    [urls, asFrames] as const,
  )
  await expect.poll(() => asFrames.filter((url) => !framed.has(url)), { timeout: 60_000 }).toEqual([])
  // What came runs before the page has nothing to do.
  await page.evaluate(() => new Promise((resolve) => void requestIdleCallback(resolve)))
}

async function proveThatNothingRuns(files: readonly HostileFile[]) {
  const { own, refused, kept } = await uploadAll(files)
  for (const refusal of refused) expect(refusal).toMatchObject({ status: 415, code: 'unsupported_type' })

  const context = await newPerson(browser)
  const seen = await watchExecution(context, [server.url, host.origin])
  await context.route(`${server.url}/includes`, (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: PLAIN_PAGE }),
  )
  const page = await context.newPage()
  for (const { file, url } of kept) {
    const { headers } = await fetch(url)
    const isRaster = RASTER.includes(file.type)
    expect(headers.get('content-disposition')).toMatch(isRaster ? /^inline;/ : /^attachment;/)
    expect(headers.get('content-security-policy')).toContain("sandbox; default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(await openAlone(page, url), file.name).toBe(isRaster ? 'shown' : 'saved')
  }
  for (const origin of [host.origin, server.url]) {
    await page.goto(`${origin}/includes`)
    await includeAll(
      page,
      kept.map(({ url }) => url),
    )
  }
  expect(seen).toEqual([])
  await context.close()
  return { own, refused, kept }
}

/** What a plain server of static files says a name is. */
const NAIVE: readonly (readonly [RegExp, string])[] = [
  [/\.svgz?$/, 'image/svg+xml'],
  [/\.xht(?:ml)?$/, 'application/xhtml+xml'],
  [/\.(?:xml|xsd|xslt?|rdf|wsdl|vml|mno|dtd|xsf)$/, 'text/xml'],
  [/\.jpe?g$/, 'image/jpeg'],
  [/\.gif$/, 'image/gif'],
  [/\.js$/, 'text/javascript'],
  [/\.css$/, 'text/css'],
]

/** How often these files run where they are plainly served. */
async function runPlainly(files: readonly HostileFile[]) {
  const context = await newPerson(browser)
  const seen = await watchExecution(context, [host.origin])
  const urls = files.map(({ name, bytes }, index) => {
    const type = NAIVE.find(([pattern]) => pattern.test(name))?.[1] ?? 'text/html'
    host.set(`/static/${index}`, { body: bytes, headers: { 'content-type': type } })
    return `${host.origin}/static/${index}`
  })
  const page = await context.newPage()
  for (const url of urls) await page.goto(url, { waitUntil: 'load' })
  const alone = executions(seen)
  await page.goto(`${host.origin}/includes`)
  await includeAll(page, urls)
  // Whatever runs alone runs in a frame.
  await expect.poll(() => executions(seen)).toBeGreaterThanOrEqual(2 * alone)
  await context.close()
  return { alone, included: executions(seen) - alone, requests: seen.filter((what) => what.startsWith('request')) }
}

describe('files that try to run', () => {
  it('are noticed by this test where they do run: on a plain server of static files', async () => {
    const { alone, included, requests } = await runPlainly(OWN_FILES)
    // Alone the documents run; included, these again in their frames, and what is a script by its type.
    expect([alone, included]).toEqual([4, 5])
    expect(requests).toEqual(['request https://evil.example/styled'])
  })

  it('[FI2] [FI11] are refused, or kept as files that run nowhere', async () => {
    const { own, kept } = await proveThatNothingRuns(OWN_FILES)
    // The picture that is a script too is a picture; the others are text where they are called text.
    expect(own.filter((one) => 'id' in one).map(({ name }) => name)).toEqual(['polyglot.gif'])
    expect(new Set(kept.map(({ file }) => file.type))).toEqual(new Set(['text/plain', 'text/csv', 'image/gif']))
  })

  it.runIf(hasCorpora)(
    '[FI2] [FI11] those of a public list (corpora) too',
    { timeout: 600_000 },
    async ({ annotate }) => {
      const files = readHostileUploads()
      expect(files.length).toBeGreaterThan(0)
      const plain = await runPlainly(files)
      expect(plain.alone).toBeGreaterThan(files.length / 2)
      const { own, refused, kept } = await proveThatNothingRuns(files)
      await annotate(
        `${files.length} files, ${own.filter((one) => 'id' in one).length} taken under their own name; of ` +
          `${refused.length + kept.length} uploads ${refused.length} refused and ${kept.length} kept; plainly served they ` +
          `ran ${plain.alone} times alone and ${plain.included} times included`,
      )
      expect(own.filter((one) => 'id' in one && !RASTER.includes(one.type))).toEqual([])
    },
  )
})
