// Sends composed mails over SMTP and says what became of each. Keeps connections open and reuses them. Does not try again,
// store or count anything: `later` is for whoever keeps the mail, with `nextAttempt`. nodemailer does the protocol; this
// could be any client that gives an SMTP reply per mail.

import { createTransport, type SendMailOptions } from 'nodemailer'
import DKIM from 'nodemailer/lib/dkim'
import type { ComposedMail } from './composed-mail.ts'
import { boundaryOf } from './compose.ts'
import { toOutcome, toRefused, type SendOutcome } from './send-outcome.ts'
import { findProblem, toConnectionOptions, type DkimSettings, type SmtpSettings } from './smtp-settings.ts'
import { watchHandover, type Handover } from './watch-handover.ts'

export interface Mailer {
  /** Never rejects. */
  send(mail: ComposedMail): Promise<SendOutcome>
  /** Takes no more mails, lets those on their way finish within the deadline, closes every connection. Idempotent. */
  close(): Promise<void>
}

export interface MailerOptions {
  /** Providers allow few connections at once; a mail takes a second. */
  readonly maxConnections?: number
  /** A server that has not greeted by then will not. */
  readonly connectMs?: number
  /** RFC 5321 gives servers minutes to answer; nobody needs them, and a repeat is the same mail. */
  readonly silenceMs?: number
  /** For one mail, waiting for a connection included: what trickles in would hold it for ever. */
  readonly deadlineMs?: number
  /** Given to mails on their way when the mailer closes. */
  readonly closeWithinMs?: number
}

/** Signed, so that nobody on the way can change them or add another: RFC 6376, and RFC 8058 for the last two. */
const SIGNED_HEADERS =
  'From:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:In-Reply-To:References:Auto-Submitted:List-Unsubscribe:List-Unsubscribe-Post'

export function createMailer(settings: SmtpSettings, options: MailerOptions = {}): Mailer {
  const { maxConnections = 3, connectMs = 20_000, silenceMs = 60_000 } = options
  const { deadlineMs = 300_000, closeWithinMs = 10_000 } = options
  const problem = findProblem(settings)
  const transport = createTransport({
    ...toConnectionOptions(settings, { connectMs, silenceMs }),
    ...authOf(settings),
    pool: true,
    maxConnections,
    // A pooled connection that the server had closed is replaced once, if nothing of the mail was read. All other
    // repeats are the caller's.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const { auth, dkim } = settings
  if (auth !== undefined && 'accessToken' in auth)
    transport.set('oauth2_provision_cb', (_user, _renew, done) => {
      auth.accessToken().then(
        (token) => done(null, token),
        (error: unknown) => done(error instanceof Error ? error : new Error('there is no access token')),
      )
    })

  const handovers = new WeakMap<AbortSignal, Handover>()
  transport.use('stream', (mail, done) => {
    const handover = mail.data.signal === undefined ? undefined : handovers.get(mail.data.signal)
    mail.message.processFunc((input) => {
      const signed = dkim === undefined ? input : signerOf(dkim).sign(input)
      return handover === undefined ? signed : watchHandover(signed, handover)
    })
    done()
  })

  const underway = new Map<AbortController, Promise<SendOutcome>>()
  let isClosed = false

  async function deliver(mail: ComposedMail, stop: AbortController): Promise<SendOutcome> {
    const handover: Handover = { isWhole: false }
    handovers.set(stop.signal, handover)
    const timer = setTimeout(() => stop.abort(), deadlineMs)
    try {
      const sent = await transport.sendMail({ ...toMessage(mail), signal: stop.signal })
      const { response, rejectedErrors = [], serverMessageId } = sent
      const refused = toRefused(rejectedErrors)
      return { kind: 'accepted', response, refused, ...(serverMessageId !== undefined && { serverMessageId }) }
    } catch (error) {
      return toOutcome(error, handover.isWhole)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async send(mail) {
      if (isClosed) return { kind: 'later', code: 'CLOSED', reason: 'the mailer is closed' }
      if (problem !== null) return { kind: 'misconfigured', code: 'ECONFIG', ...problem }
      const stop = new AbortController()
      const outcome = deliver(mail, stop).finally(() => underway.delete(stop))
      underway.set(stop, outcome)
      return outcome
    },
    async close() {
      isClosed = true
      const timer = setTimeout(() => {
        for (const stop of underway.keys()) stop.abort()
      }, closeWithinMs)
      await Promise.all(underway.values())
      clearTimeout(timer)
      transport.close()
    },
  }
}

const signerOf = ({ domain, selector, privateKey }: DkimSettings): DKIM =>
  new DKIM({ domainName: domain, keySelector: selector, privateKey, headerFieldNames: SIGNED_HEADERS })

function authOf({ auth }: SmtpSettings) {
  if (auth === undefined) return {}
  if ('password' in auth) return { auth: { user: auth.user, pass: auth.password } }
  return { auth: { type: 'OAuth2', user: auth.user } }
}

/** Field by field: what else an object brings along goes nowhere. */
function toMessage(mail: ComposedMail): SendMailOptions {
  const { envelope, messageId, inReplyTo, references, date, from, to, cc, replyTo, subject, headers, text, html } = mail
  return {
    envelope: { from: envelope.from, to: [...envelope.to] },
    messageId,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(references.length > 0 && { references: [...references] }),
    date: new Date(date),
    from: { ...from },
    to: to.map((mailbox) => ({ ...mailbox })),
    ...(cc.length > 0 && { cc: cc.map((mailbox) => ({ ...mailbox })) }),
    ...(replyTo !== undefined && { replyTo: { ...replyTo } }),
    subject,
    headers: { ...headers },
    text,
    html,
    baseBoundary: boundaryOf(messageId),
  }
}
