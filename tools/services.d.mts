/** A server to use; `stop` ends it where it is one's own. */
export interface Service {
  /** `postgres://…` with the right to create databases, or `redis://…`. */
  readonly url: string
  stop(): Promise<void>
}

/** A server of one's own. */
export interface PrivateServer extends Service {
  readonly port: number
  /** Where its data and its log are. */
  readonly folder: string
  /** Of the main process, for signals such as SIGSTOP; `undefined` while it does not run. */
  pid(): number | undefined
  /** SIGKILL to it and its children: no goodbye, no flush. Resolves when they are gone. */
  kill(): Promise<void>
  /** An orderly stop that keeps the data; clients are cut off. */
  halt(): Promise<void>
  /** Starts it again on the same port and data. Resolves when it answers. */
  start(): Promise<void>
  /** Ends it and deletes its data. */
  stop(): Promise<void>
}

/** A Dovecot with one user and one folder, INBOX, that we fill; TLS with a certificate of its own. */
export interface MailServer extends PrivateServer {
  readonly host: string
  /** TLS from the first byte; `port` is plain and offers STARTTLS. */
  readonly tlsPort: number
  readonly user: string
  readonly password: string
  /** The certificate to trust, PEM. */
  readonly ca: string
  /** A mail comes in, whole at once; mails are numbered in the order of the calls. `at`: when the server says it came. */
  deliver(raw: Uint8Array, at?: Date): void
  /** Restarts it with the same mails under new numbers and another UIDVALIDITY. */
  changeUidValidity(): Promise<void>
  /** Another password, of letters and digits. Resolves when it is right and the one before refused. */
  setPassword(password: string): Promise<void>
}

export interface PrivatePostgresOptions {
  /** Where to make the data folder; the system's temporary folder unless told. */
  readonly parent?: string
  /** Settings as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string | number>>
}

export interface PrivateRedisOptions {
  readonly parent?: string
}

export interface MailServerOptions {
  readonly parent?: string
}

/** An empty database of one's own. */
export interface Database {
  readonly url: string
  drop(): Promise<void>
}

export function ensurePostgres(): Promise<Service>
export function ensureRedis(): Promise<Service>
export function startPostgres(options?: PrivatePostgresOptions): Promise<PrivateServer>
export function startRedis(options?: PrivateRedisOptions): Promise<PrivateServer>
export function startMailServer(options?: MailServerOptions): Promise<MailServer>
/** `url`: any database of the server. */
export function createDatabase(url: string): Promise<Database>
