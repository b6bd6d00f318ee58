// One SMTP conversation, step by step and without a mail, for trying out settings. nodemailer's connection does the
// protocol; single commands go through the door it has for login methods of one's own, the only one that is public.

import { connect, type Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import XOAuth2 from 'nodemailer/lib/xoauth2'
import { toConnectionOptions, type SmtpAuth, type SmtpSettings } from './smtp-settings.ts'

export interface SmtpSession {
  /** Greeting, encryption as set, greeting again. */
  open(): Promise<void>
  /** Whether the server offers a login at all, once open. */
  readonly offersLogin: boolean
  login(auth: SmtpAuth): Promise<void>
  /** Throws an error with the reply, as nodemailer's are, where it is none of 2xx. */
  command(line: string, name: string): Promise<void>
  close(): void
}

/** A door for one command; no server offers a login method of this name. */
const DOOR = 'X-COMMAND'

/** Connects; rejects with the system's error. */
export function openSocket({ host, port }: SmtpSettings, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.setTimeout(timeoutMs, () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', fail)
      resolve(socket)
    })
  })
}

export function createSession(settings: SmtpSettings, socket: Socket, timeoutMs: number): SmtpSession {
  let line = ''
  let name = ''
  const connection = new SMTPConnection({
    ...toConnectionOptions(settings, { connectMs: timeoutMs, silenceMs: timeoutMs }),
    connection: socket,
    customAuth: {
      async [DOOR]({ sendCommand }) {
        const { status, response } = await sendCommand(line)
        if (status < 200 || status > 299) throw Object.assign(new Error(response), { response, command: name })
      },
    },
  })
  let failed: (error: Error) => void = () => {}
  connection.on('error', (error) => failed(error))
  connection.on('end', () =>
    failed(Object.assign(new Error('the server ended the connection'), { code: 'ECONNECTION' })),
  )

  /** What the server does not answer to still comes: as an error or an end of the connection. */
  const settle = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      failed = reject
      start((error) => (error === undefined || error === null ? resolve() : reject(error)))
    })

  return {
    open: () => settle((done) => connection.connect(done)),
    get offersLogin() {
      return connection.allowsAuth
    },
    login(auth) {
      if ('password' in auth)
        return settle((done) => connection.login({ credentials: { user: auth.user, pass: auth.password } }, done))
      const oauth2 = new XOAuth2({
        user: auth.user,
        provisionCallback: (_user, _renew, done) => {
          auth.accessToken().then(
            (token) => done(null, token),
            (error: unknown) => done(error instanceof Error ? error : new Error('there is no access token')),
          )
        },
      })
      return settle((done) => connection.login({ user: auth.user, oauth2, method: 'XOAUTH2' }, done))
    },
    command(nextLine, nextName) {
      line = nextLine
      name = nextName
      return settle((done) => connection.login({ method: DOOR, user: 'none', pass: 'none' }, done))
    },
    close() {
      failed = () => {}
      connection.close()
      socket.destroy()
    },
  }
}
