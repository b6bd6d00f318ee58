// A mail server that keeps what it gets, and misbehaves in ways that have names. The real protocol on a real port.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import type { TestCertificate } from './certificate.ts'

export interface ReceivedMail {
  /** The address of MAIL FROM; empty for `<>`. */
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly isEncrypted: boolean
}

export interface SmtpSinkOptions {
  readonly user?: string
  readonly password?: string
  /** Taken instead of a password, by XOAUTH2. */
  readonly accessToken?: string
  /** Offers STARTTLS, or speaks TLS from the start. */
  readonly tls?: { readonly mode: 'starttls' | 'tls'; readonly certificate: TestCertificate }
}

export interface SmtpSink {
  readonly port: number
  /** All that was acknowledged or kept, in the order of arrival. */
  readonly mails: readonly ReceivedMail[]
  /** Every command but AUTH, as it came. */
  readonly commands: readonly string[]
  readonly connections: number
  /** Of so many mails that came whole, keeps them and cuts the connection without an answer. */
  dropsAfterData(share: number): void
  /** Answers so many recipients with a temporary refusal. */
  answersLater(share: number, reply?: string): void
  /** Takes its time to accept a mail. */
  isSlow(ms: number): void
  refusesLogin(reply?: string): void
  refusesSender(reply: string): void
  refusesRecipient(address: string, reply?: string): void
  refusesMail(reply: string): void
  /** Cuts every connection when the mail begins. */
  dropsAtData(): void
  /** Ends all connections now. */
  disconnects(): void
  close(): Promise<void>
}

/** An answer as a server gives it: `450 4.2.0 Greylisted`. */
class Reply extends Error {
  readonly responseCode: number
  constructor(reply: string) {
    super(reply.slice(4))
    this.responseCode = Number(reply.slice(0, 3))
  }
}

/** So many of all calls, spread evenly and the same in each run: 0.2 is every fifth. */
function every(share: number): () => boolean {
  let due = 0
  return () => {
    due += share
    if (due < 0.999) return false
    due -= 1
    return true
  }
}

const never = (): boolean => false

export async function startSmtpSink({ user, password, accessToken, tls }: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: ReceivedMail[] = []
  const commands: string[] = []
  let connections = 0
  let drops: () => boolean = never
  let defers: () => boolean = never
  let deferral = ''
  let slowMs = 0
  let loginReply: string | null = null
  let senderReply: string | null = null
  let mailReply: string | null = null
  let cutsAtData = false
  const refused = new Map<string, string>()

  const options: SMTPServerOptions = {
    authOptional: user === undefined,
    authMethods: accessToken === undefined ? ['PLAIN', 'LOGIN'] : ['XOAUTH2'],
    // A client is let in the clear here: whether it should is what tests ask.
    allowInsecureAuth: true,
    disabledCommands: [...(tls?.mode === 'starttls' ? [] : ['STARTTLS']), ...(user === undefined ? ['AUTH'] : [])],
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: true,
    hideDSN: true,
    closeTimeout: 100,
    ...(tls !== undefined && {
      secure: tls.mode === 'tls',
      key: tls.certificate.key,
      cert: tls.certificate.cert,
    }),
    onConnect(_session, callback) {
      connections++
      callback()
    },
    onAuth(auth, _session, callback) {
      if (loginReply !== null) return callback(new Reply(loginReply))
      const isRight =
        auth.username === user &&
        (accessToken === undefined ? auth.password === password : auth.accessToken === accessToken)
      if (isRight) return callback(null, { user: auth.username })
      return callback(new Reply('535 5.7.8 Username and password not accepted'))
    },
    onMailFrom({ address }, _session, callback) {
      commands.push(`MAIL FROM:<${address}>`)
      callback(senderReply === null ? null : new Reply(senderReply))
    },
    onRcptTo({ address }, _session, callback) {
      commands.push(`RCPT TO:<${address}>`)
      const reply = refused.get(address) ?? (defers() ? deferral : undefined)
      callback(reply === undefined ? null : new Reply(reply))
    },
    onData(stream, session, callback) {
      commands.push('DATA')
      if (cutsAtData) return cut(session)
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (mailReply !== null) return callback(new Reply(mailReply))
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(parts),
          isEncrypted: session.secure,
        })
        if (drops()) return cut(session)
        setTimeout(() => callback(null, 'Queued'), slowMs)
      })
    },
  }
  const server = new SMTPServer(options)
  // Clients that cut a connection or refuse a certificate are what some tests are about.
  server.on('error', () => {})
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as AddressInfo

  function cut({ id }: SMTPServerSession): void {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy()
  }

  return {
    port,
    mails,
    commands,
    get connections() {
      return connections
    },
    dropsAfterData(share) {
      drops = every(share)
    },
    answersLater(share, reply = '450 4.2.0 Greylisted, try again in 300 seconds') {
      defers = every(share)
      deferral = reply
    },
    isSlow(ms) {
      slowMs = ms
    },
    refusesLogin(reply = '535 5.7.8 Username and password not accepted') {
      loginReply = reply
    },
    refusesSender(reply) {
      senderReply = reply
    },
    refusesRecipient(address, reply = '550 5.1.1 No such user here') {
      refused.set(address, reply)
    },
    refusesMail(reply) {
      mailReply = reply
    },
    dropsAtData() {
      cutsAtData = true
    },
    disconnects() {
      for (const connection of server.connections) connection._socket.destroy()
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
