// `pendopo serve`: the server as a program. Says where it is when it is there, and ends cleanly when asked.

import { createPendopo, type Pendopo } from '../create-pendopo.ts'
import { ensureDemoData, type DemoData } from './demo-data.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'

const OPTIONS = {
  ...DATA_OPTIONS,
  port: { type: 'string' },
  host: { type: 'string' },
  demo: { type: 'boolean' },
  json: { type: 'boolean' },
  'trust-proxy': { type: 'boolean' },
} as const

const DEFAULT_PORT = '8787'
const HIGHEST_PORT = 65_535

export async function serve(args: readonly string[], terminal: Terminal): Promise<void> {
  const parsed = readArguments(args, OPTIONS)
  words(parsed, 'serve [--port N] [--host HOST] [--data DIR] [--demo] [--json]', 0, 0)
  const wanted = portOf(parsed.text('port') ?? terminal.env.PORT ?? DEFAULT_PORT)
  const demo = parsed.flag('demo')

  const pendopo = await createPendopo({
    database: databaseOf(parsed, terminal.env),
    demo,
    trustProxy: parsed.flag('trust-proxy'),
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

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= HIGHEST_PORT) return port
  throw new UsageError(`the port must be a number from 0 to ${HIGHEST_PORT}, not ${JSON.stringify(text)}`)
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
