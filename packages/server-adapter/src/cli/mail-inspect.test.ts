import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMailSecrets } from '../mail/service/mail-secrets.ts'
import { toReplyAddress } from '../mail/token-places.ts'
import { explain, run } from './run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-cli-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What it printed, line by line, and the sentence it ended with where it failed. */
async function inspect(...args: string[]) {
  let text = ''
  const terminal = { out: (part: string) => void (text += part), env: {}, stopped: () => Promise.resolve() }
  const failure = await run(['mail', 'inspect', ...args], terminal).then(
    () => null,
    (error: unknown) => explain(error),
  )
  const lines = text.trim() === '' ? [] : text.trim().split('\n')
  return { lines: lines.map((line) => JSON.parse(line)), failure }
}
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const C = '0199d2a0-0000-7000-8000-0000000000ab'
const SECRET = 'a secret of the installation'
const head = (to: string) =>
  `Authentication-Results: mx.acme.example; dmarc=pass header.from=toko.example\nFrom: Sari <sari@toko.example>\nTo: ${to}\nSubject: Halo\nMessage-ID: <1@toko.example>\n`

it('[EM38] prints what would be done with a mail: sender, conversation, words, files, answer', async () => {
  const to = toReplyAddress('support@acme.example', createMailSecrets(SECRET).tokens.sign(C, 'sari@toko.example'))
  const mail = file('a.eml', `${head(to)}\nBaik.\n\n-- \nSari\n\nOn 3 Nov 2025 Ayu wrote:\n> Halo\n`)
  const secret = file('secret', `${SECRET}\n`)
  const checked = ['--auth', 'header', '--authserv-id', 'mx.acme.example', '--address', 'support@acme.example']
  const { lines, failure } = await inspect(mail, '--secret-file', secret, ...checked)
  expect(failure).toBeNull()
  expect(lines).toMatchObject([
    {
      file: mail,
      from: [{ name: 'Sari', address: 'sari@toko.example' }],
      authentication: { from: 'sari@toko.example', aligned: 'pass', method: 'receiver-header' },
      route: { to: 'conversation', conversation: C, by: 'reply-address' },
      visible: 'Baik.',
      quoted: 'On 3 Nov 2025 Ayu wrote:\n> Halo',
      signature: '-- \nSari',
      attachments: [],
      answer: { may: true },
      bounce: null,
    },
  ])
  expect((await inspect(mail, '--secret-file', secret)).lines).toMatchObject([
    { route: { to: 'unverified', conversation: C, why: 'not_authenticated' } },
  ])
  // Without the secret no token is ours.
  expect((await inspect(mail, ...checked)).lines).toMatchObject([{ route: { to: 'new', why: 'bad_token' } }])
})

it('[EM38] takes plain bodies too', async () => {
  const body = file('a.txt', 'Baik.\n\nOn 3 Nov 2025 Ayu wrote:\n> Halo\n')
  expect(await inspect('--body', body)).toEqual({
    lines: [{ file: body, visible: 'Baik.', quoted: 'On 3 Nov 2025 Ayu wrote:\n> Halo', signature: '', isCut: false }],
    failure: null,
  })
})

it('[EM39] a file that cannot be read is told, the others are printed, and it ends as a failure', async () => {
  const good = file('good.eml', `${head('support@acme.example')}\nHalo\n`)
  const noMail = file('text.txt', 'Just a text.\n')
  const large = file('large.eml', new Uint8Array(25 * 1024 * 1024 + 1))
  const { lines, failure } = await inspect(join(folder, 'none.eml'), folder, noMail, large, good)
  expect(lines.slice(0, 4)).toEqual([
    { file: join(folder, 'none.eml'), error: 'there is no such file' },
    { file: folder, error: 'it is a folder' },
    { file: noMail, error: 'it is not a mail: it has no header of one', why: 'no_mail' },
    { file: large, error: 'it is larger than 25 MB' },
  ])
  expect(lines[4]).toMatchObject({ file: good, visible: 'Halo' })
  expect(failure).toBe('4 of 5 file(s) could not be inspected')
})

it.each([
  [[], /write it as: pendopo mail inspect FILE…/],
  [['x', '--auth', 'magic'], /--auth is mailauth, header or none, not "magic"/],
  [['x', '--auth', 'header'], /needs --authserv-id/],
  [['x', '--authserv-id', 'y'], /goes with --auth header/],
  [['x', '--secret-file', '/nowhere/secret'], /unable to read the secret; there is no such file/],
  [['x', '--site', 'acme'], /--site needs a database/],
] as const)('[EM39] %j is answered with one sentence', async (args, sentence) => {
  expect(await inspect(...args)).toEqual({ lines: [], failure: expect.stringMatching(sentence) })
})
