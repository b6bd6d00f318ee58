import type { Arguments } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'

/** The proxies that the command's line or the environment names, between commas. */
export const proxiesOf = (parsed: Arguments, env: Terminal['env']): readonly string[] =>
  (parsed.text('trust-proxy') ?? env.PENDOPO_TRUST_PROXY ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
