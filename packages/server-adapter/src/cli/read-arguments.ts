import { parseArgs } from 'node:util'
import { UsageError } from './terminal.ts'

/** Options of a command by name: with a value, or a switch. */
export type OptionTable = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>

/** Where the data is: every command takes these. */
export const DATA_OPTIONS = { data: { type: 'string' }, database: { type: 'string' } } as const satisfies OptionTable

const DEFAULT_FOLDER = './data'

export interface Arguments {
  readonly positionals: readonly string[]
  text(name: string): string | undefined
  flag(name: string): boolean
}

/** The arguments of one command; throws a UsageError for what it does not know. */
export function readArguments(args: readonly string[], options: OptionTable): Arguments {
  const { values, positionals } = parse(args, options)
  return {
    positionals,
    text: (name) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    flag: (name) => values[name] === true,
  }
}

function parse(args: readonly string[], options: OptionTable) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n](?:\s|$)/)
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new UsageError(`${reason.charAt(0).toLowerCase()}${reason.slice(1)} (known: ${known.join(', ')})`)
  }
}

/** The address of the database from `--database`, `--data`, or the environment: what is said on the line comes first. */
export function databaseOf(args: Arguments, env: Readonly<Record<string, string | undefined>>): string {
  const database = args.text('database') ?? (args.text('data') === undefined ? env.PENDOPO_DATABASE : undefined)
  if (database !== undefined && database !== '') return database
  const folder = args.text('data') ?? env.PENDOPO_DATA ?? DEFAULT_FOLDER
  if (folder === '') throw new UsageError('the data folder must have a name (--data or PENDOPO_DATA)')
  return `file:${folder.replace(/\/+$/, '')}/pendopo.db`
}

/** The same where one was named, on the line or in the environment: for a command that also works without. */
export function namedDatabase(args: Arguments, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const isOnTheLine = args.text('database') !== undefined || args.text('data') !== undefined
  const isNamed = isOnTheLine || [env.PENDOPO_DATABASE, env.PENDOPO_DATA].some((name) => (name ?? '') !== '')
  return isNamed ? databaseOf(args, env) : undefined
}

/** Exactly these many words, or a UsageError that shows the form. */
export function words(args: Arguments, form: string, least: number, most: number): readonly string[] {
  const { positionals } = args
  if (positionals.length >= least && positionals.length <= most) return positionals
  throw new UsageError(`write it as: pendopo ${form}`)
}
