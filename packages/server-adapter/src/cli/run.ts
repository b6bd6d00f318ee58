// The command's words to functions, and every failure to one sentence.

import { findPackage } from '../package-root.ts'
import { StoreError } from '../store/store-error.ts'
import { COMMANDS, helpOf, overview } from './commands.ts'
import { UsageError, type Terminal } from './terminal.ts'

/** Runs the command; rejects with what to tell. */
export async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  const [first] = args
  const wantsHelp = first === undefined || first === 'help' || args.includes('--help') || args.includes('-h')
  if (first === '--version' || first === '-v') return terminal.out(`${findPackage().version}\n`)
  const name = [3, 2, 1].map((length) => args.slice(0, length).join(' ')).find((words) => COMMANDS.has(words))
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (name === undefined || command === undefined) {
    if (wantsHelp) return terminal.out(overview())
    throw new UsageError(
      `there is no command ${JSON.stringify(args.slice(0, 2).join(' '))} (known: ${[...COMMANDS.keys()].join(', ')})`,
    )
  }
  if (wantsHelp) return terminal.out(helpOf(name, command))
  return command.run(args.slice(name.split(' ').length), terminal)
}

/** One sentence for what a person can mend; with its stack what only we can. */
export function explain(error: unknown): string {
  if (error instanceof UsageError || error instanceof StoreError || error instanceof TypeError)
    return firstLine(error.message)
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
