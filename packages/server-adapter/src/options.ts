import { LIMITS } from '@pendopo/protocol'
import { pino, type Logger } from 'pino'
import { createLocalStorage } from './files/local-storage.ts'
import type { FileStorage } from './files/file-storage.ts'
import type { OpenBus } from './cluster/bus.ts'
import { filesBeside } from './database-address.ts'
import type { RetentionDays } from './erasure/retention.ts'
import type { Store } from './store/store.ts'

/** The limits of LIMITS as numbers that a bench or a test may raise. */
export type ServerLimits = { readonly [Name in keyof typeof LIMITS]: number }

export interface PendopoOptions {
  /** `file:./data/pendopo.db`, whose folder is made where it is missing, or `postgres://user:password@host/database`. */
  readonly database: string
  /**
   * `redis://host:6379` where several nodes serve one database: live events, typing and presence cross between them.
   * Default: this node is alone.
   */
  readonly redis?: string
  /** Another way from node to node in place of `redis`. */
  readonly bus?: OpenBus
  /** Where the handler and the sockets live in your application, such as `/chat`. Default: the root. */
  readonly basePath?: string
  /** A pino logger. Default: JSON lines on stderr from level `info`. Content and tokens are never logged. */
  readonly logger?: Logger
  /** Conversations without a message for this long are closed; 0 turns it off. Default: 24 hours. */
  readonly idleCloseMs?: number
  /**
   * How long a server that is closed goes on while its health says `draining`, so that a balancer looks elsewhere before
   * the sockets are sent away. Default: 0, for there is no elsewhere.
   */
  readonly drainWaitMs?: number
  /** After how many days closed conversations lose their content. Default: they are kept for ever. */
  readonly retentionDays?: RetentionDays
  /**
   * The proxies in front, by address or network (`127.0.0.1`, `10.0.0.0/8`): their `X-Forwarded-For`, `-Proto` and `-Host`
   * are believed, and nobody else's. Default: none.
   */
  readonly trustProxy?: readonly string[]
  /** `Secure` on the agents' cookie. Default: where the request came over TLS. */
  readonly secureCookies?: boolean
  /** Serve the demo page at `/demo` and `/`. Default: false. */
  readonly demo?: boolean
  /** Folder with `widget/` and `inbox/`. Default: the built files of this package. */
  readonly publicDir?: string
  /**
   * Signs the reply addresses and links of mails and hides the passwords of mail servers. Default: one that is made once and
   * kept in the database, so that whoever has the database has these too.
   */
  readonly secret?: string
  /** Where the files of messages are, and how much a visitor may send. */
  readonly files?: FilesOptions
  /** Raised limits, for benches. Default: the limits of the protocol. */
  readonly limits?: Partial<ServerLimits>
  /** How often it is looked whether those who are connected still may, in milliseconds. Default: a second. */
  readonly sessionCheckMs?: number
  /** An open store in place of `database`; it is closed with the server. */
  readonly store?: Store
}

export interface FilesOptions {
  /** A folder of this machine; nodes that share a database share it too. Default: `files` beside an SQLite database. */
  readonly folder?: string
  /** In place of a folder: an object store, for example. */
  readonly storage?: FileStorage
  /** What one visitor may upload within 24 hours. Default: 80 MB. */
  readonly bytesPerDay?: number
  /**
   * Serves files from an origin of their own, such as `https://files.example.com`, which leads to this server too; then
   * they are on no other. Default: the server's own.
   */
  readonly origin?: string
}

/** A day: the next message reopens it anyway, and lists show what is alive. */
const IDLE_CLOSE_MS = 24 * 3_600_000

/** Who lost the right to be here, in whatever process, is out within two seconds. */
const SESSION_CHECK_MS = 1_000

/** The options with their defaults. */
export function resolveOptions(options: PendopoOptions) {
  // Not every caller is checked by a compiler.
  if (typeof options?.database !== 'string')
    throw new TypeError(
      'unable to start; say which database: createPendopo({ database: "file:./data/pendopo.db" }), or postgres://user@host/database',
    )
  return {
    database: options.database,
    store: options.store,
    redis: options.redis,
    secret: options.secret,
    bus: options.bus,
    basePath: normaliseBasePath(options.basePath ?? ''),
    logger: options.logger ?? pino({ level: 'info' }, pino.destination(2)),
    idleCloseMs: options.idleCloseMs ?? IDLE_CLOSE_MS,
    retentionDays: options.retentionDays ?? { default: 0 },
    drainWaitMs: options.drainWaitMs ?? 0,
    trustProxy: options.trustProxy ?? [],
    secureCookies: options.secureCookies,
    demo: options.demo ?? false,
    publicDir: options.publicDir,
    files: {
      storage: options.files?.storage ?? createLocalStorage(options.files?.folder ?? filesBeside(options.database)),
      origin: normaliseFilesOrigin(options.files?.origin),
    },
    limits: {
      ...LIMITS,
      ...(options.files?.bytesPerDay !== undefined && { fileBytesPerDay: options.files.bytesPerDay }),
      ...options.limits,
    } satisfies ServerLimits,
    sessionCheckMs: options.sessionCheckMs ?? SESSION_CHECK_MS,
  }
}

function normaliseFilesOrigin(typed: string | undefined): string | undefined {
  if (typed === undefined) return undefined
  const origin = URL.canParse(typed) ? new URL(typed).origin : 'null'
  if (!/^https?:/.test(origin) || typed.replace(/\/$/, '') !== origin)
    throw new TypeError(
      `unable to serve files from ${JSON.stringify(typed)}; write an origin, https://files.example.com`,
    )
  return origin
}

/** `/chat/` and `chat` mean `/chat`; the root is the empty string. */
function normaliseBasePath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  if (!parts.every((part) => /^[A-Za-z0-9._~-]+$/.test(part))) {
    throw new TypeError(`unable to serve under ${JSON.stringify(path)}; basePath looks like /chat`)
  }
  return parts.map((part) => `/${part}`).join('')
}
