// Tries out SMTP settings step by step and says which step failed and what to do about it, for a settings screen and for
// the doctor. Stops at the first failure. Sends no mail unless one is given; the sender is tried with MAIL FROM and RCPT
// TO and taken back.

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { CheckStep } from '../check-step.ts'
import { providerOf } from '../providers.ts'
import { withoutSecrets } from '../without-secrets.ts'
import { toAddrSpec } from './mail-address.ts'
import type { ComposedMail } from './composed-mail.ts'
import { createMailer } from './create-mailer.ts'
import { readFailure } from './send-outcome.ts'
import { adviseOn } from './smtp-advice.ts'
import { createSession, openSocket, type SmtpSession } from './smtp-session.ts'
import { findProblem, type SmtpSettings, type SmtpStep } from './smtp-settings.ts'

export type SmtpCheckStep = SmtpStep | 'mail'

export interface SmtpCheckOptions {
  /** The address mail will be from; also the one recipient that is tried. */
  readonly from: string
  /** An address of the kind that mails are answered to; whether the server takes it is asked where it hands it out itself. */
  readonly replyTo?: string
  /** Sent at the end, where all else worked. */
  readonly mail?: ComposedMail
  /** For each step. */
  readonly timeoutMs?: number
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number
}

/** Ends the check: a step that does not work. */
class StepFailure extends Error {
  readonly advice: string
  constructor(problem: string, advice: string) {
    super(problem)
    this.advice = advice
  }
}

/** A server that takes the plain address and not this one would send every answer back. */
async function tryReplyAddress(session: SmtpSession, address: string): Promise<void> {
  try {
    await session.command(`RCPT TO:<${address}>`, 'RCPT TO')
  } catch (error) {
    const { reply } = readFailure(error)
    if (reply === null || reply.status < 500) return
    throw new StepFailure(
      `The server takes no address with a +, and answers would not arrive. It says: ${reply.code} ${reply.text}`,
      'Have the server take such addresses (Postfix: recipient_delimiter), or choose “Answers come to the plain address”.',
    )
  }
}

export async function checkSmtp(
  settings: SmtpSettings,
  { from, replyTo = from, mail, timeoutMs = 10_000, now = () => performance.now() }: SmtpCheckOptions,
): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = []
  const { host, port, auth } = settings
  const provider = providerOf(host) ?? providerOf(from)
  const secrets = auth !== undefined && 'password' in auth ? [auth.password] : []

  /** Runs one step; what it returns is advice although it works. */
  async function take(step: SmtpCheckStep, action: () => Promise<string | void>): Promise<boolean> {
    const start = now()
    const tookMs = (): number => Math.round(now() - start)
    try {
      const advice = await action()
      steps.push({ step, ok: true, tookMs: tookMs(), ...(typeof advice === 'string' && { advice }) })
      return true
    } catch (error) {
      const failure = error instanceof StepFailure ? error : undefined
      const { message, reply } = readFailure(error)
      const problem = failure?.message ?? (reply === null ? message : `The server says: ${reply.code} ${reply.text}`)
      const advice = failure?.advice ?? adviseOn(step, readFailure(error), settings, provider)
      steps.push({ step, ok: false, tookMs: tookMs(), problem: withoutSecrets(problem, secrets), advice })
      return false
    }
  }

  const wrong = findProblem(settings)
  if (wrong !== null) {
    const { step, reason } = wrong
    steps.push({ step, ok: false, tookMs: 0, problem: `Not possible: ${reason}.`, advice: 'Correct the settings.' })
    return steps
  }

  const isFound = await take('address', async () => {
    if (isIP(host) !== 0) return
    await lookup(host, { all: true })
  })
  if (!isFound) return steps

  let session: SmtpSession | undefined
  try {
    const isConnected = await take('connect', async () => {
      session = createSession(settings, await openSocket(settings, timeoutMs), timeoutMs)
    })
    if (!isConnected || session === undefined) return steps
    const open: SmtpSession = session

    const isEncrypted = await take('encryption', async () => {
      await open.open()
      if (settings.tls === 'none') return 'Mail and password travel in the clear: only for a server on this machine.'
    })
    if (!isEncrypted) return steps

    const isLoggedIn = await take('login', async () => {
      if (auth === undefined) return 'No login is set: the server has to know this machine by its address.'
      if (!open.offersLogin)
        throw new StepFailure(
          'The server offers no login here.',
          `Port ${port} may be the one between mail servers: use 465 with TLS or 587 with STARTTLS.`,
        )
      await open.login(auth)
    })
    if (!isLoggedIn) return steps

    const isSender = await take('sender', async () => {
      const address = toAddrSpec(from)
      if (address === null) throw new StepFailure('The address mail is from is none.', 'Correct it.')
      await open.command(`MAIL FROM:<${address}>`, 'MAIL FROM')
      await open.command(`RCPT TO:<${address}>`, 'RCPT TO')
      if (replyTo !== from) await tryReplyAddress(open, replyTo)
      await open.command('RSET', 'RSET')
    })
    if (!isSender) return steps
  } finally {
    session?.close()
  }

  if (mail !== undefined)
    await take('mail', async () => {
      const mailer = createMailer(settings, { connectMs: timeoutMs, deadlineMs: 3 * timeoutMs })
      const outcome = await mailer.send(mail)
      await mailer.close()
      if (outcome.kind !== 'accepted')
        throw new StepFailure(
          `The mail was not taken: ${outcome.code} ${outcome.reason}`,
          outcome.kind === 'later' ? 'Try again in some minutes.' : (provider?.senderAdvice ?? 'Ask the provider why.'),
        )
    })
  return steps
}
