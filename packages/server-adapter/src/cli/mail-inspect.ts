// `pendopo mail inspect`: what the server would do with a mail, one line of JSON per file. By what the site has set, where a
// database is named; else it needs neither server nor data.

import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { AuthenticationSetting } from '../mail/inbound/authenticate.ts'
import { inspectMail, type InspectOptions } from '../mail/inbound/inspect-mail.ts'
import { createMailReader } from '../mail/inbound/mail-reader.ts'
import { LONGEST_MAIL } from '../mail/inbound/parse-mail.ts'
import type { UnreadableReason } from '../mail/inbound/parsed-mail.ts'
import { trimReply } from '../mail/inbound/trim-reply.ts'
import { createReplyTokens, type ReplyTokens } from '../mail/reply-token.ts'
import { createMailSecrets } from '../mail/service/mail-secrets.ts'
import { toFileSentence } from './file-sentence.ts'
import { openInstalledMail, type InstalledMail } from './installed-mail.ts'
import { DATA_OPTIONS, namedDatabase, readArguments, words, type Arguments } from './read-arguments.ts'
import { SECRET_OPTION, secretOf } from './secret-file.ts'
import { UsageError, type Terminal } from './terminal.ts'

const OPTIONS = {
  ...DATA_OPTIONS,
  auth: { type: 'string' },
  'authserv-id': { type: 'string' },
  ...SECRET_OPTION,
  address: { type: 'string' },
  site: { type: 'string' },
  body: { type: 'boolean' },
} as const

const FORM =
  'mail inspect FILE… [--site SITE] [--auth mailauth|header|none] [--authserv-id ID] [--address LIST] [--secret-file FILE] [--body]'
const MOST_FILES = 100_000

/** Rejects after the last file where one of them could not be read, so that the program ends with code 1. */
export async function inspectMails(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, OPTIONS)
  const files = words(parsed, FORM, 1, MOST_FILES)
  const inspect = parsed.flag('body') ? inspectBody : await createInspector(parsed, env)
  let failures = 0
  try {
    for (const file of files) {
      const line = await readBytes(file).then(inspect.run, (error: unknown) => ({ error: toFileSentence(error) }))
      if ('error' in line) failures += 1
      out(`${JSON.stringify({ file, ...line })}\n`)
    }
  } finally {
    await inspect.close()
  }
  if (failures > 0) throw new UsageError(`${failures} of ${files.length} file(s) could not be inspected`)
}

interface Inspector {
  run(bytes: Uint8Array): Promise<object>
  close(): Promise<void>
}

/** A file that is a mail's plain body and nothing else. */
const inspectBody: Inspector = {
  run: (bytes) => Promise.resolve(trimReply(new TextDecoder().decode(bytes))),
  close: () => Promise.resolve(),
}

/** What is said on the line comes before what the site has set: to see what another setting would do. */
async function createInspector(parsed: Arguments, env: Terminal['env']): Promise<Inspector> {
  const said = { authentication: authenticationOf(parsed), ownAddresses: addressesOf(parsed) }
  const installed = await installedOf(parsed, env)
  const options: InspectOptions = {
    authentication: said.authentication ?? installed?.authentication ?? { method: 'none' },
    ownAddresses: said.ownAddresses ?? installed?.ownAddresses ?? [],
    tokens: installed?.tokens ?? (await tokensOf(parsed)),
  }
  const reader = createMailReader()
  return {
    async run(bytes) {
      const reading = await reader.read(bytes)
      if (reading.kind === 'unreadable') return { error: UNREADABLE[reading.why], why: reading.why }
      const inspection = await inspectMail(reading, bytes, options)
      if (installed === undefined) return inspection
      return { site: installed.site, known: await installed.isKnown(reading.mail), ...inspection }
    },
    async close() {
      await reader.close()
      await installed?.close()
    },
  }
}

async function installedOf(parsed: Arguments, env: Terminal['env']): Promise<InstalledMail | undefined> {
  const database = namedDatabase(parsed, env)
  const site = parsed.text('site')
  if (database !== undefined) return openInstalledMail({ database, site, secret: await secretOf(parsed) })
  if (site !== undefined)
    throw new UsageError('--site needs a database to know it from: --data DIR or --database ADDRESS')
  return undefined
}

const addressesOf = (parsed: Arguments): readonly string[] | undefined =>
  parsed
    .text('address')
    ?.split(',')
    .flatMap((part) => part.trim() || [])

const TOO_LARGE = 'it is larger than 25 MB'

const UNREADABLE: Readonly<Record<UnreadableReason, string>> = {
  too_large: 'it is larger than 25 MB, or has a head, lines or parts without end',
  too_deep: 'its parts are nested deeper than 50',
  too_slow: 'it took longer than 10 s to read',
  out_of_memory: 'it needed more than 256 MB to read',
  no_mail: 'it is not a mail: it has no header of one',
  malformed: 'it could not be read',
}

/** Undefined where nothing is said. */
function authenticationOf(parsed: Arguments): AuthenticationSetting | undefined {
  const method = parsed.text('auth')
  const authservId = parsed.text('authserv-id')
  if (method !== 'header' && authservId !== undefined) throw new UsageError('--authserv-id goes with --auth header')
  if (method === undefined) return undefined
  if (method === 'none' || method === 'mailauth') return { method }
  if (method !== 'header') throw new UsageError(`--auth is mailauth, header or none, not ${JSON.stringify(method)}`)
  if (authservId === undefined || authservId.trim() === '')
    throw new UsageError('--auth header needs --authserv-id: the name of your receiver in its Authentication-Results')
  return { method: 'receiver-header', authservId }
}

/** Without the secret of the installation no token is one of ours. */
async function tokensOf(parsed: Arguments): Promise<ReplyTokens> {
  const secret = await secretOf(parsed)
  return secret === undefined ? createReplyTokens(randomBytes(32)) : createMailSecrets(secret).tokens
}

async function readBytes(file: string): Promise<Uint8Array> {
  if (file === '-') return readInput()
  const found = await stat(file)
  if (found.isDirectory()) throw new UsageError('it is a folder')
  if (found.size > LONGEST_MAIL) throw new UsageError(TOO_LARGE)
  return readFile(file)
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > LONGEST_MAIL) throw new UsageError(TOO_LARGE)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
