// `pendopo serve`: the server as a program. Says where it is when it is there, and ends cleanly when asked.

import { createPendopo } from '../create-pendopo.ts'
import type { Pendopo } from '../pendopo.ts'
import type { FilesOptions } from '../options.ts'
import type { RetentionDays } from '../erasure/retention.ts'
import { ensureDemoData, type DemoData } from './demo-data.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words, type Arguments } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'
import { proxiesOf } from './trust-proxy.ts'

const OPTIONS = {
  ...DATA_OPTIONS,
  port: { type: 'string' },
  host: { type: 'string' },
  demo: { type: 'boolean' },
  json: { type: 'boolean' },
  'trust-proxy': { type: 'string' },
  'drain-wait': { type: 'string' },
  files: { type: 'string' },
  'files-origin': { type: 'string' },
  redis: { type: 'string' },
  'retention-days': { type: 'string' },
} as const

const DEFAULT_PORT = '8787'
const HIGHEST_PORT = 65_535
const MEGABYTE = 1_048_576

export async function serve(args: readonly string[], terminal: Terminal): Promise<void> {
  const parsed = readArguments(args, OPTIONS)
  words(parsed, 'serve [--port N] [--host HOST] [--data DIR] [--files DIR] [--demo] [--json]', 0, 0)
  const wanted = portOf(parsed.text('port') ?? terminal.env.PORT ?? DEFAULT_PORT)
  const demo = parsed.flag('demo')

  const redis = parsed.text('redis') ?? terminal.env.PENDOPO_REDIS
  const pendopo = await createPendopo({
    database: databaseOf(parsed, terminal.env),
    ...(redis !== undefined && { redis }),
    demo,
    trustProxy: proxiesOf(parsed, terminal.env),
    retentionDays: retentionOf(parsed.text('retention-days') ?? terminal.env.PENDOPO_RETENTION_DAYS ?? '0'),
    drainWaitMs: 1_000 * secondsOf(parsed.text('drain-wait') ?? terminal.env.PENDOPO_DRAIN_WAIT ?? '0'),
    files: filesOf(parsed, terminal.env),
  })
  try {
    const stopped = terminal.stopped()
    const port = await listen(pendopo, wanted, parsed.text('host'))
    const data = demo ? await ensureDemoData(pendopo, port) : null
    const url = `http://localhost:${port}`
    terminal.out(parsed.flag('json') ? toJson(url, data) : toText(url, data))
    await stopped
  } finally {
    await pendopo.close()
  }
}

/** Where files are, and from which origin they are served, where the operator says so. */
function filesOf(parsed: Arguments, env: Readonly<Record<string, string | undefined>>): FilesOptions {
  const folder = parsed.text('files') ?? env.PENDOPO_FILES
  const origin = parsed.text('files-origin') ?? env.PENDOPO_FILES_ORIGIN
  const megabytes = env.PENDOPO_FILES_MB_PER_DAY
  if (megabytes !== undefined && !/^\d{1,6}$/.test(megabytes))
    throw new UsageError(`PENDOPO_FILES_MB_PER_DAY is a whole number, not ${JSON.stringify(megabytes)}`)
  return {
    ...(folder !== undefined && { folder }),
    ...(origin !== undefined && { origin }),
    ...(megabytes !== undefined && { bytesPerDay: Number(megabytes) * MEGABYTE }),
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= HIGHEST_PORT) return port
  throw new UsageError(`the port must be a number from 0 to ${HIGHEST_PORT}, not ${JSON.stringify(text)}`)
}

/** Longer than a balancer takes to notice is no use. */
const LONGEST_DRAIN_S = 600

function secondsOf(text: string): number {
  const seconds = Number(text)
  if (/^\d{1,3}$/.test(text) && seconds <= LONGEST_DRAIN_S) return seconds
  throw new UsageError(`--drain-wait is a number of seconds up to ${LONGEST_DRAIN_S}, not ${JSON.stringify(text)}`)
}

/** `365`, or with sites of their own: `365,shop=30`. */
function retentionOf(text: string): RetentionDays {
  const [days = '', ...sites] = text.split(',')
  const entries = sites.map((part) => /^([a-z0-9-]+)=(\d{1,5})$/.exec(part))
  if (!/^\d{1,5}$/.test(days) || entries.includes(null))
    throw new UsageError(
      `--retention-days is a number of days, such as 365, or 365,shop=30, not ${JSON.stringify(text)}`,
    )
  return {
    default: Number(days),
    sites: Object.fromEntries(entries.map((entry) => [entry?.[1] ?? '', Number(entry?.[2])])),
  }
}

async function listen(pendopo: Pendopo, wanted: number, host: string | undefined): Promise<number> {
  try {
    const { port } = await pendopo.listen(wanted, host)
    return port
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE')
      throw new UsageError(`unable to listen on port ${wanted}; another program uses it`, { cause: error })
    if (code === 'EACCES')
      throw new UsageError(`unable to listen on port ${wanted}; this user may not`, { cause: error })
    if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL')
      throw new UsageError(`unable to listen on ${host}; it is no address of this machine`, { cause: error })
    throw error
  }
}

/** One line for a program that started us. */
function toJson(url: string, data: DemoData | null): string {
  const { site = null, admin = null } = data ?? {}
  return `${JSON.stringify({ url, demo: data === null ? null : `${url}/demo`, inbox: `${url}/inbox/`, site, admin })}\n`
}

function toText(url: string, data: DemoData | null): string {
  const lines = [`Pendopo is running at ${url}`, '']
  if (data !== null) lines.push(`  demo      ${url}/demo`)
  lines.push(`  inbox     ${url}/inbox/`)
  if (data !== null) {
    lines.push(`  sign in   ${data.admin.email}`)
    lines.push(
      data.admin.password === null
        ? '            (the password was shown at the first start)'
        : `  password  ${data.admin.password}  (shown only now)`,
    )
  }
  return `${lines.join('\n')}\n\n`
}
