import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { Command } from '@pendopo/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openReading } from '../../open-reading.ts'
import { newId, newToken, open, ORIGIN, startTestServer, type TestServer } from '../../testing/test-server.ts'
import { createMailLinks, type MailLinks } from './mail-links.ts'
import { createMailSecrets, findMailSecrets } from './mail-secrets.ts'

const DAY = 86_400_000

describe('the links of a mail', () => {
  const links = createMailLinks(createMailSecrets('a secret of the installation'))
  const resume = links.resume({ conversation: 'c', mail: 'm', expiresAt: 7 })
  const tokens = { resume, stop: links.stop('c'), file: links.file('c', 'f', 7) }
  const readers = { resume: links.readResume, stop: links.readStop, file: links.readFile }

  it('[EM158] say what they were made with', () => {
    expect(links.readResume(tokens.resume)).toEqual({ conversation: 'c', mail: 'm', expiresAt: 7 })
    expect(links.readStop(tokens.stop)).toBe('c')
    expect(links.readFile(tokens.file)).toEqual({ conversation: 'c', file: 'f', expiresAt: 7 })
  })

  it('[EM158] are none with a letter changed, without a word, for another use, or of another secret', () => {
    const other = createMailLinks(createMailSecrets('another secret of theirs'))
    for (const [use, token] of Object.entries(tokens)) {
      const read = readers[use as keyof typeof readers]
      for (let at = 0; at < token.length; at++) {
        const changed = `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`
        expect(read(changed), changed).toBeNull()
      }
      for (const wrong of ['', '.', token.split('.').slice(1).join('.'), `${token}.`, token.repeat(20)])
        expect(read(wrong), wrong).toBeNull()
      for (const [kind, elsewhere] of Object.entries(readers))
        if (kind !== use) expect(elsewhere(token), `${use} as ${kind}`).toBeNull()
    }
    expect(links.readStop(other.stop('c'))).toBeNull()
  })
})

describe('the links of a mail at the server', () => {
  let folder: string
  let server: TestServer
  let links: MailLinks
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pendopo-links-'))
    const database = `file:${join(folder, 'pendopo.db')}`
    server = await startTestServer({ database })
    const { cells, close } = await openReading(database)
    const secrets = await findMailSecrets(cells, undefined)
    await close()
    if (secrets === null) throw new Error('the server has made no secret')
    links = createMailLinks(secrets)
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A visitor with an address, and a file in the conversation. */
  async function begin() {
    const visitor = await server.visitor()
    const { id: file } = ((await (await server.upload(visitor, 'a.txt', 'words')).json()) as { file: { id: string } })
      .file
    const send: Command = { id: newId(), kind: 'message.post', data: { text: 'Here', attachments: [{ id: file }] } }
    const { stream } = await visitor.ask('commands', { commands: [open(), send] })
    const give = { id: newId(), kind: 'address.give', data: { email: 'ana@example.com' } } as const
    await visitor.ask('commands', { stream, commands: [give] })
    return { conversation: stream.id, file }
  }

  const status = async (token: string) =>
    (await fetch(`${server.url}/mail/file/${token}`, { redirect: 'manual' })).status

  it('[EM158] lead to the file of their conversation until their end', async () => {
    const [one, other] = [await begin(), await begin()]
    const soon = Date.now() + DAY
    expect(await status(links.file(one.conversation, one.file, soon))).toBe(302)
    expect(await status(links.file(one.conversation, one.file, Date.now() - 1))).toBe(404)
    expect(await status(links.file(one.conversation, other.file, soon))).toBe(404)
    expect(await status(links.file(one.conversation, 'f'.repeat(32), soon))).toBe(404)
  })

  it('[EM158] lead into their conversation until their end', async () => {
    const { conversation } = await begin()
    const redeem = (expiresAt: number, mail = newId()) =>
      fetch(`${server.url}/acme/resume`, {
        method: 'POST',
        headers: { origin: ORIGIN, authorization: `Bearer ${newToken()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ token: links.resume({ conversation, mail, expiresAt }) }),
      })
    expect((await redeem(Date.now() - 1)).status).toBe(404)
    expect(await (await redeem(Date.now() + DAY)).json()).toEqual({ conversation })
  })
})
