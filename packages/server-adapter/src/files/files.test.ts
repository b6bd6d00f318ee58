// Files from the upload to the address, on a real server, disk and database.

import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { LIMITS, type Attachment, type Command } from '@pendopo/protocol'
import { Uploaded } from '@pendopo/protocol/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { gif, pdf, png, pngHeader, zip } from '../testing/file-samples.ts'
import {
  newId,
  newToken,
  open,
  ORIGIN,
  startTestServer,
  type TestClient,
  type TestServer,
} from '../testing/test-server.ts'

const PER_DAY = 64 * 1_048_576
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({
    files: { bytesPerDay: PER_DAY },
    limits: { uploadIdleMs: 300, uploadsPerHourPerAddress: 10_000, httpPerMinute: 100_000 },
  })
})
afterAll(() => server.close())

type Who = Parameters<TestServer['upload']>[0]

async function uploaded(who: Who, name: string, body: BodyInit): Promise<Attachment> {
  const response = await server.upload(who, name, body)
  const answer: unknown = await response.json()
  expect(answer).toMatchObject({ file: {} })
  return v.parse(Uploaded, answer).file
}

async function refusal(response: Response): Promise<{ status: number; code: unknown; message: string }> {
  const { error }: { error: { code: unknown; message: string } } = JSON.parse(await response.text())
  return { status: response.status, code: error.code, message: error.message }
}

const attach = (...files: readonly { readonly id: string }[]): Command => ({
  id: newId(),
  kind: 'message.post',
  data: { attachments: files.map(({ id }) => ({ id })) },
})

/** The conversation that a visitor opens with these files. */
async function conversationWith(visitor: TestClient, ...files: readonly Attachment[]) {
  const { stream, results, events } = await visitor.ask('commands', { commands: [open(), attach(...files)] })
  expect(results.map(({ ok }) => ok)).toEqual([true, true])
  return { id: stream.id, content: events.at(-1)?.content }
}

const urlOf = async (client: TestClient, conversation: string, file: string) =>
  (await client.ask('file-urls', { conversation, files: [file] })).urls[0]?.url

const download = (url: string) => fetch(new URL(url, `${server.url}/`))

const kept = (): string[] => {
  const folder = join(server.folder, 'files')
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true })
        .map(String)
        .filter((name) => name.includes('/'))
    : []
}

describe('what may be uploaded', () => {
  it('[FI1] a visitor uploads, names the file in a message, and both sides load it as it was', async () => {
    const [visitor, agent] = [await server.visitor(), await server.agent()]
    const bytes = png(30, 20)
    const file = await uploaded(visitor, 'Größe (1).png', bytes)
    expect(file).toEqual({
      id: expect.any(String),
      name: 'Größe (1).png',
      type: 'image/png',
      size: bytes.length,
      width: 30,
      height: 20,
    })
    const { id, content } = await conversationWith(visitor, file)
    expect(content).toEqual({ attachments: [file] })
    for (const side of [visitor, agent]) {
      const response = await download((await urlOf(side, id, file.id)) ?? '')
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': `inline; filename="Gr__e (1).png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%281%29.png`,
        'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'cross-origin',
      })
    }
  })

  it('[FI1] an agent sends a document, which is saved and never shown', async () => {
    const [visitor, agent] = [await server.visitor(), await server.agent()]
    const { id } = await conversationWith(visitor, await uploaded(visitor, 'a.gif', gif()))
    const file = await uploaded(agent, 'offer.pdf', pdf())
    const { results } = await agent.ask('commands', { stream: { kind: 'conversation', id }, commands: [attach(file)] })
    expect(results.at(-1)?.ok).toBe(true)
    const response = await download((await urlOf(visitor, id, file.id)) ?? '')
    expect([response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
      'application/pdf',
      `attachment; filename="offer.pdf"; filename*=UTF-8''offer.pdf`,
    ])
  })

  it('[FI2] each kind that may be sent is taken, and the content decides what it is', async () => {
    const who = { token: newToken() }
    const samples: [string, Buffer<ArrayBuffer> | string, string][] = [
      ['a.PNG', png(1, 1), 'image/png'],
      ['a.gif', gif(), 'image/gif'],
      [
        'a.jpg',
        Buffer.from(
          '/9j/4AAQSkZJRgABAQAAAQABAAD/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==',
          'base64',
        ),
        'image/jpeg',
      ],
      ['a.webp', Buffer.from('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA', 'base64'), 'image/webp'],
      ['a.pdf', pdf(), 'application/pdf'],
      ['a.txt', 'Selamat pagi \u{1F44B}\r\n\t', 'text/plain'],
      ['a.csv', 'a;b\n1;2\n', 'text/csv'],
      ['a.zip', zip('x'), 'application/zip'],
      ['a.docx', zip('word/document.xml'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ['a.xlsx', zip('xl/workbook.xml'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      [
        'a.mp4',
        Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom\u0000\u0000\u0002\u0000isomiso2')]),
        'video/mp4',
      ],
      ['a.mp3', Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(600)]), 'audio/mpeg'],
    ]
    for (const [name, body, type] of samples) expect((await uploaded(who, name, body)).type, name).toBe(type)
  })

  it('[FI2] what is not what its name says is refused, and nothing of it stays', async () => {
    const before = kept()
    const who = { token: newToken() }
    const refused: [string, Buffer<ArrayBuffer> | string][] = [
      ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
      ['a.html', '<script>1</script>'],
      ['a.png.exe', png(1, 1)],
      ['png', png(1, 1)],
      ['a.png', gif()],
      ['a.png', '<svg onload="x()"/>'],
      ['a.jpg', '<html><script>1</script>'],
      ['a.pdf', 'not a pdf'],
      ['a.docx', zip('x')],
      ['a.zip', 'PK but not really'],
      ['a.txt', Buffer.from([0x48, 0x00])],
      ['a.txt', Buffer.from([0xff, 0xfe, 0x48, 0x00])],
      ['a.csv', Buffer.from('caf\u00e9', 'latin1')],
      ['a.mp4', 'ftyp'],
      ['a.png', pngHeader(0, 5)],
    ]
    for (const [name, body] of refused)
      expect(await refusal(await server.upload(who, name, body)), name).toMatchObject({
        status: 415,
        code: 'unsupported_type',
      })
    expect(await refusal(await server.upload(who, 'a.txt', ''))).toMatchObject({ status: 400, code: 'invalid' })
    expect(kept()).toEqual(before)
  })

  it('[FI3] a file of 16 MB passes, and one byte more is refused, told or not', async () => {
    const who = { token: newToken() }
    const whole = Buffer.alloc(LIMITS.fileBytes, 'a')
    expect((await uploaded(who, 'a.txt', whole)).size).toBe(LIMITS.fileBytes)
    const over = Buffer.alloc(LIMITS.fileBytes + 1, 'a')
    expect(await refusal(await server.upload(who, 'a.txt', over))).toMatchObject({ status: 413, code: 'too_large' })
    const before = kept()
    const untold = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${server.url}/acme/files?name=a.txt`, {
        method: 'POST',
        headers: { origin: ORIGIN, authorization: `Bearer ${who.token}`, 'transfer-encoding': 'chunked' },
      })
      sending.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
      sending.end(over)
    })
    expect(untold).toBe(413)
    expect(kept()).toEqual(before)
  })

  it('[FI3] an image of more than 50 million pixels is refused by its header', async () => {
    const who = { token: newToken() }
    expect(await uploaded(who, 'a.png', pngHeader(10_000, 5_000))).toMatchObject({ width: 10_000, height: 5_000 })
    const response = await server.upload(who, 'a.png', pngHeader(10_000, 5_001))
    expect(await refusal(response)).toMatchObject({ status: 413, code: 'too_large' })
  })

  it('[FI4] a visitor has so many bytes a day and is told to wait; an agent has not', async () => {
    const [visitor, agent] = [{ token: newToken() }, await server.agent()]
    const part = Buffer.alloc(PER_DAY / 4, 'a')
    for (let count = 0; count < 4; count++) await uploaded(visitor, 'a.txt', part)
    const response = await server.upload(visitor, 'a.txt', 'a')
    expect(response.headers.get('retry-after')).toBe('3600')
    expect(await refusal(response)).toMatchObject({ status: 429, code: 'rate_limited' })
    for (let count = 0; count < 5; count++) await uploaded(agent, 'a.txt', part)
  })

  it('[FI4] a body that comes too slowly, or ends too early, is given up and leaves nothing', async () => {
    const before = kept()
    const ends = (how: 'stall' | 'cut') =>
      new Promise<number | string | undefined>((resolve) => {
        const sending = request(`${server.url}/acme/files?name=a.txt`, {
          method: 'POST',
          headers: { origin: ORIGIN, authorization: `Bearer ${newToken()}`, 'content-length': '1000' },
        })
        sending.on('response', (response) => resolve(response.resume().statusCode))
        sending.on('error', () => resolve('cut'))
        sending.write('some', () => how === 'cut' && setImmediate(() => sending.destroy()))
      })
    expect(await ends('stall')).toBe(503)
    expect(await ends('cut')).toBe('cut')
    await expect.poll(kept).toEqual(before)
  })

  it('[FI5] names are kept, without paths, direction marks and control characters, and cut to 120 bytes', async () => {
    const who = { token: newToken() }
    const nameOf = async (typed: string) => (await uploaded(who, typed, 'x')).name
    expect(await nameOf('../../etc/cafe\u0301 \u202Egpj.txt')).toBe('caf\u00e9 gpj.txt')
    expect(await nameOf('C:\\users\\a<b>"c"\u0000.txt')).toBe('abc.txt')
    expect(await nameOf('.txt')).toBe('file.txt')
    const long = await nameOf(`${'\u{1F44B}'.repeat(60)}.txt`)
    expect(Buffer.byteLength(long)).toBe(120)
    expect(long.endsWith('\u{1F44B}.txt')).toBe(true)
  })
})

describe('whose a file is', () => {
  it('[FI6] a message names files that its author uploaded, once', async () => {
    const [one, other, agent] = [await server.visitor(), await server.visitor(), await server.agent()]
    const [file, second] = [await uploaded(one, 'a.gif', gif()), await uploaded(one, 'a.gif', gif())]
    const { id } = await conversationWith(one, file)
    const post = async (client: TestClient, ...files: readonly { readonly id: string }[]) => {
      const stream = { kind: 'conversation', id } as const
      const { results } = await client.ask('commands', { stream, commands: [attach(...files)] })
      const [result] = results
      return result?.ok === false ? result.error.code : 'ok'
    }
    expect(await post(one, file)).toBe('not_found')
    expect(await post(agent, second)).toBe('not_found')
    expect(await post(one, second, second)).toBe('not_found')
    expect(await post(one, { id: randomBytes(16).toString('hex') })).toBe('not_found')
    const mine = await other.ask('commands', { commands: [open(), attach(second)] })
    expect(mine.results.at(-1)).toMatchObject({ ok: false, error: { code: 'not_found' } })
    expect(await post(one, second)).toBe('ok')
    const six = Array.from({ length: 6 }, () => ({ id: randomBytes(16).toString('hex') }))
    const stream = { kind: 'conversation', id } as const
    expect((await one.refusal('commands', { stream, commands: [attach(...six)] })).code).toBe('invalid')
  })

  it('[FI6] of two messages at once that name one file, one gets it', async () => {
    const visitor = await server.visitor()
    const file = await uploaded(visitor, 'a.gif', gif())
    const { id } = await conversationWith(visitor, await uploaded(visitor, 'b.gif', gif()))
    const stream = { kind: 'conversation', id } as const
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => visitor.ask('commands', { stream, commands: [attach(file)] })),
    )
    expect(answers.map(({ results }) => results[0]?.ok).filter((ok) => ok)).toHaveLength(1)
  })

  it('[FI6] the same command again has the first result', async () => {
    const visitor = await server.visitor()
    const file = await uploaded(visitor, 'a.gif', gif())
    const commands = [open(), attach(file)]
    const first = await visitor.ask('commands', { commands })
    const again = await visitor.ask('commands', { commands })
    expect(again.results).toEqual(first.results)
  })

  it('[FI7] who may see the conversation gets an address of the file; for all others it does not exist', async () => {
    const [owner, foreign] = [await server.visitor(), await server.visitor()]
    const [agent, narrow] = [await server.agent(), await server.agent({ sight: 'own' })]
    const file = await uploaded(owner, 'a.gif', gif())
    const { id } = await conversationWith(owner, file)
    const elsewhere = await conversationWith(foreign, await uploaded(foreign, 'b.gif', gif()))
    // Answering makes the owner's conversation this agent's, and so not the narrow one's.
    await agent.ask('commands', {
      stream: { kind: 'conversation', id },
      commands: [{ id: newId(), kind: 'message.post', data: { text: 'Hi' } }],
    })
    const outcome = async (client: TestClient, conversation: string) => {
      try {
        return (await urlOf(client, conversation, file.id)) === undefined ? 'nothing' : 'address'
      } catch (error) {
        return String(error).includes('not_found') ? 'not_found' : String(error)
      }
    }
    expect({
      owner: await outcome(owner, id),
      agent: await outcome(agent, id),
      foreign: await outcome(foreign, id),
      'foreign, through a conversation of their own': await outcome(foreign, elsewhere.id),
      'agent, through another conversation': await outcome(agent, elsewhere.id),
      'agent of narrow sight': await outcome(narrow, id),
    }).toEqual({
      owner: 'address',
      agent: 'address',
      foreign: 'not_found',
      'foreign, through a conversation of their own': 'nothing',
      'agent, through another conversation': 'nothing',
      'agent of narrow sight': 'not_found',
    })
    const address = new URL((await urlOf(owner, id, file.id)) ?? '', `${server.url}/`)
    const tampered = (change: (url: URL) => void) => {
      const url = new URL(address)
      change(url)
      return fetch(url)
    }
    const later = String(Number(address.searchParams.get('expires')) + 1)
    const missing = await fetch(`${server.url}/files/${randomBytes(16).toString('hex')}`)
    const body = await missing.text()
    expect(missing.status).toBe(404)
    for (const response of [
      await tampered((url) => (url.search = '')),
      await tampered((url) => url.searchParams.set('expires', later)),
      await tampered((url) => url.searchParams.set('signature', 'x')),
      await tampered((url) => (url.pathname = `/files/${randomBytes(16).toString('hex')}`)),
    ])
      expect([response.status, await response.text()]).toEqual([404, body])
    expect((await fetch(address)).status).toBe(200)
    expect((await fetch(address, { method: 'HEAD' })).headers.get('content-length')).toBe(String(gif().length))
  })

  it('[FI8] an upload needs the proof of its side, and the page that it comes from', async () => {
    const agent = await server.agent()
    const send = async (path: string, headers: Record<string, string>) => {
      const response = await fetch(`${server.url}${path}?name=a.txt`, { method: 'POST', headers, body: 'x' })
      return [response.status, response.headers.get('access-control-allow-origin')]
    }
    const bearer = { authorization: `Bearer ${newToken()}` }
    expect(await send('/acme/files', { origin: ORIGIN, ...bearer })).toEqual([201, ORIGIN])
    expect(await send('/acme/files', { ...bearer, 'pendopo-key': server.site.key })).toEqual([201, null])
    expect(await send('/acme/files', bearer)).toEqual([403, null])
    expect(await send('/acme/files', { origin: 'https://evil.example', ...bearer })).toEqual([403, null])
    expect(await send('/acme/files', { origin: ORIGIN })).toEqual([401, ORIGIN])
    expect(await send('/acme/files', { origin: ORIGIN, authorization: 'Bearer short' })).toEqual([400, ORIGIN])
    expect(await send('/nobody/files', { origin: ORIGIN, ...bearer })).toEqual([404, null])
    expect(await send('/api/agent/files', { origin: server.url, cookie: agent.cookie })).toEqual([201, null])
    expect(await send('/api/agent/files', { origin: ORIGIN, cookie: agent.cookie })).toEqual([403, null])
    expect(await send('/api/agent/files', { origin: server.url })).toEqual([401, null])
    const preflight = await fetch(`${server.url}/acme/files`, { method: 'OPTIONS', headers: { origin: ORIGIN } })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN])
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

it('[FI9] files may have an origin of their own, and are on no other then', async () => {
  const apart = await startTestServer({ files: { origin: 'https://files.acme.example' }, trustProxy: ['127.0.0.1'] })
  try {
    const visitor = await apart.visitor()
    const { file } = v.parse(Uploaded, await (await apart.upload(visitor, 'a.gif', gif())).json())
    const { stream } = await visitor.ask('commands', { commands: [open(), attach(file)] })
    const { urls } = await visitor.ask('file-urls', { conversation: stream.id, files: [file.id] })
    const address = new URL(urls[0]?.url ?? '')
    expect(address.origin).toBe('https://files.acme.example')
    const from = (headers: Record<string, string>) =>
      fetch(`${apart.url}${address.pathname}${address.search}`, { headers })
    expect((await from({})).status).toBe(404)
    const proxied = { 'x-forwarded-host': 'files.acme.example', 'x-forwarded-proto': 'https' }
    expect((await from(proxied)).status).toBe(200)
  } finally {
    await apart.close()
  }
})
