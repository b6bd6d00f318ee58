import { LIMITS } from '@pendopo/protocol'
import { pino, type Logger } from 'pino'
import type { Store } from './store/store.ts'

/** The limits of LIMITS as numbers that a bench or a test may raise. */
export type ServerLimits = { readonly [Name in keyof typeof LIMITS]: number }

export interface PendopoOptions {
  /** `file:./data/pendopo.db`; the folder is made where it is missing. */
  readonly database: string
  /** Where the handler and the sockets live in your application, such as `/chat`. Default: the root. */
  readonly basePath?: string
  /** A pino logger. Default: JSON lines on stderr from level `info`. Content and tokens are never logged. */
  readonly logger?: Logger
  /** Conversations without a message for this long are closed; 0 turns it off. Default: 24 hours. */
  readonly idleCloseMs?: number
  /** Believe `X-Forwarded-For`, `-Proto` and `-Host` of the one proxy in front. Default: false. */
  readonly trustProxy?: boolean
  /** `Secure` on the agents' cookie. Default: where the request came over TLS. */
  readonly secureCookies?: boolean
  /** Serve the demo page at `/demo` and `/`. Default: false. */
  readonly demo?: boolean
  /** Folder with `widget/` and `inbox/`. Default: the built files of this package. */
  readonly publicDir?: string
  /** Raised limits, for benches. Default: the limits of the protocol. */
  readonly limits?: Partial<ServerLimits>
  /** How often agents' sessions are looked at again, in milliseconds. Default: a minute. */
  readonly sessionCheckMs?: number
  /** An open store in place of `database`; it is closed with the server. */
  readonly store?: Store
}

/** A day: the next message reopens it anyway, and lists show what is alive. */
const IDLE_CLOSE_MS = 24 * 3_600_000

/** A deactivated agent is out within a minute. */
const SESSION_CHECK_MS = 60_000

/** The options with their defaults. */
export function resolveOptions(options: PendopoOptions) {
  return {
    database: options.database,
    store: options.store,
    basePath: normaliseBasePath(options.basePath ?? ''),
    logger: options.logger ?? pino({ level: 'info' }, pino.destination(2)),
    idleCloseMs: options.idleCloseMs ?? IDLE_CLOSE_MS,
    trustProxy: options.trustProxy ?? false,
    secureCookies: options.secureCookies,
    demo: options.demo ?? false,
    publicDir: options.publicDir,
    limits: { ...LIMITS, ...options.limits } satisfies ServerLimits,
    sessionCheckMs: options.sessionCheckMs ?? SESSION_CHECK_MS,
  }
}

/** `/chat/` and `chat` mean `/chat`; the root is the empty string. */
function normaliseBasePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  if (!parts.every((part) => /^[A-Za-z0-9._~-]+$/.test(part))) {
    throw new TypeError(`unable to serve under ${JSON.stringify(path)}; basePath looks like /chat`)
  }
  return parts.map((part) => `/${part}`).join('')
}
