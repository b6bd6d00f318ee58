// The command's words to functions, and every failure to one sentence.

import { findPackage } from '../package-root.ts'
import { StoreError } from '../store/store-error.ts'
import { addAgent, listAgents, resetPassword } from './agent.ts'
import { serve } from './serve.ts'
import { addSite, listSites } from './site.ts'
import { UsageError, type Terminal } from './terminal.ts'

const HELP = `pendopo: a web chat for your site, and an inbox for your team

  pendopo serve [--port N] [--host HOST] [--demo] [--json] [--trust-proxy]
  pendopo site add NAME ORIGIN… [--id ID] [--server URL]
  pendopo site list
  pendopo agent add EMAIL [--role admin|supervisor|agent] [--name NAME]
  pendopo agent list
  pendopo agent password EMAIL

Everywhere: --data DIR (or PENDOPO_DATA; default ./data), or --database file:PATH.
serve: --port or PORT (default 8787); --demo adds a demo site and an admin at the first start;
--json prints one line of JSON when ready; --trust-proxy believes the X-Forwarded headers of the proxy in front.
The other commands may run while the server does.
`

type Command = (args: readonly string[], terminal: Terminal) => Promise<void>

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['serve', serve],
  ['site add', addSite],
  ['site list', listSites],
  ['agent add', addAgent],
  ['agent list', listAgents],
  ['agent password', resetPassword],
])

/** Runs the command; rejects with what to tell. */
export async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  const [first, second = ''] = args
  if (first === undefined || first === 'help' || args.includes('--help') || args.includes('-h'))
    return terminal.out(HELP)
  if (first === '--version' || first === '-v') return terminal.out(`${findPackage().version}\n`)
  const one = COMMANDS.get(first)
  if (one !== undefined) return one(args.slice(1), terminal)
  const two = COMMANDS.get(`${first} ${second}`)
  if (two !== undefined) return two(args.slice(2), terminal)
  throw new UsageError(
    `there is no command ${JSON.stringify(args.slice(0, 2).join(' '))} (known: ${[...COMMANDS.keys()].join(', ')})`,
  )
}

/** One sentence for what a person can mend; with its stack what only we can. */
export function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof StoreError || error instanceof TypeError)
    return firstLine(error.message)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
