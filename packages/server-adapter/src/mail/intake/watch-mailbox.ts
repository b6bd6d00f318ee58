// Watches one folder of one mailbox for as long as it lives: connects, takes what is new, waits for more, and begins again
// when anything breaks. At least once: the cursor moves after a mail is stored, so a crash at any line repeats at most the
// mail in hand. What a mail means, and whether it was here before, others know. Another protocol (JMAP, a provider's own)
// would be another file like this one, with the same sink.

import type { Logger } from 'pino'
import { systemClock, type Clock } from '../../readers/clock.ts'
import { isLoginRefused, toProblem } from './imap-errors.ts'
import { folderOf, type ImapSettings } from './imap-settings.ts'
import type { IntakeCounts, MailboxReport, MailboxSink, MailboxState } from './intake-facts.ts'
import { whileLeased, type Lease } from './lease.ts'
import { findPlace, type MailboxPlace } from './mailbox-place.ts'
import { openImap, type ImapConnection } from './open-imap.ts'
import { MAIL_MAX_BYTES, takeMails, type Trouble } from './take-mails.ts'
import { backOff, pause } from './timing.ts'
import { createMailBell } from './wait-for-mail.ts'

export interface WatchOptions extends MailboxSink {
  /** The mailbox's id, for facts and logs. */
  readonly mailbox: string
  readonly settings: ImapSettings
  /** Where the very first reading begins. Default: `end`, so that old mail stays old. */
  readonly start?: 'end' | 'beginning'
  /** After a change of UIDVALIDITY, so much is read again. Default: 14 days. */
  readonly rereadMs?: number
  /** Marks what was taken as read on the server. Default: false, and the folder is opened for reading only. */
  readonly markSeen?: boolean
  /** Default: 25 MB. */
  readonly maxBytes?: number
  /** Default: we are the only one. */
  readonly lease?: Lease
  readonly clock?: Clock
  readonly logger: Logger
  readonly onState?: (report: MailboxReport) => void
  readonly random?: () => number
  /** How long a server may be silent in an answer. */
  readonly silenceMs?: number
}

export interface MailboxWatch {
  /** Ends the connection; waits for the mail in hand. */
  close(): Promise<void>
}

const REREAD_MS = 14 * 24 * 3_600_000
const RECONNECT_MS = 1_000
const RECONNECT_MAX_MS = 5 * 60_000
/** A connection that held this long, or brought a mail, was none of the failures in a row. */
const STEADY_MS = 30_000
/** Providers lock an account after some wrong passwords in a short time: a few an hour are never many. */
const REFUSED_MS = 10 * 60_000
const REFUSED_MAX_MS = 2 * 3_600_000
/** How soon after the end of another node's lease we look. */
const STANDBY_MS = 15_000
/** A server may say more than a mail in one answer, and one that is a little larger than it said is read all the same. */
const SLACK_BYTES = 1_000_000

export function watchMailbox(options: WatchOptions): MailboxWatch {
  const { mailbox, settings, lease, clock = systemClock, logger, random = Math.random } = options
  const { maxBytes = MAIL_MAX_BYTES, markSeen = false, start = 'end', rereadMs = REREAD_MS } = options
  const stop = new AbortController()
  const trouble: Trouble = { uid: 0, amount: 0, reason: undefined }
  let counts: IntakeCounts = { taken: 0, tooLarge: 0, setAside: 0 }
  let again: MailboxPlace['again']
  let failures = 0
  let refusals = 0
  let shown = ''

  function report(state: MailboxState): void {
    const text = JSON.stringify([state, counts])
    if (text === shown) return
    shown = text
    options.onState?.({ state, counts })
  }

  const running = run().finally(() => report({ kind: 'closed' }))

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      if (lease === undefined) await watch(stop.signal)
      else if (!(await whileLeased(lease, clock, stop.signal, watch)) && !stop.signal.aborted) {
        report({ kind: 'standby' })
        await pause(backOff(1, STANDBY_MS, STANDBY_MS, random), clock, stop.signal)
      }
    }
    await lease?.release?.().catch((error: unknown) => logger.warn({ mailbox, err: error }, 'unable to end a lease'))
  }

  /** Never rejects; ends when the signal says so. */
  async function watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await connect(signal)
      } catch (error) {
        if (!signal.aborted) await pause(retryAfter(error), clock, signal)
      }
    }
  }

  function retryAfter(error: unknown): number {
    const problem = toProblem(error)
    if (isLoginRefused(error)) {
      refusals += 1
      const ms = backOff(refusals, REFUSED_MS, REFUSED_MAX_MS, random)
      logger.warn({ mailbox, problem }, 'the mail server refuses the login')
      report({ kind: 'refused', problem, retryAt: clock.now() + ms })
      return ms
    }
    failures += 1
    const ms = backOff(failures, RECONNECT_MS, RECONNECT_MAX_MS, random)
    logger.info({ mailbox, problem, failures }, 'the mailbox is not read; it is tried again')
    report({ kind: 'retrying', problem, failures, retryAt: clock.now() + ms })
    return ms
  }

  async function connect(signal: AbortSignal): Promise<void> {
    report({ kind: 'connecting' })
    const { silenceMs } = options
    const limits = { maxBytes: maxBytes + SLACK_BYTES, signal, ...(silenceMs !== undefined && { silenceMs }) }
    const connection = await openImap(settings, limits)
    refusals = 0
    try {
      await follow(connection, signal)
    } catch (error) {
      throw connection.causeOf(error)
    } finally {
      connection.client.close()
    }
  }

  async function follow(connection: ImapConnection, signal: AbortSignal): Promise<void> {
    const { client } = connection
    const opened = await client.mailboxOpen(folderOf(settings), { readOnly: !markSeen })
    const kept = await options.load()
    const wish = { start, rereadMs, now: clock.now() }
    let place = await findPlace(client, opened, { cursor: kept, again }, wish)
    again = place.again
    if (place.cursor !== kept) await options.save(place.cursor)
    const bell = createMailBell(client, clock, options.silenceMs)
    const needs = {
      mailbox,
      sink: options,
      trouble,
      maxBytes,
      markSeen,
      clock,
      logger,
      random,
      signal,
      onState: report,
    }
    while (!signal.aborted) {
      place = await takeMails(connection, place, { ...needs, onCount: count })
      if (signal.aborted) return
      report({ kind: 'watching', pushed: bell.pushed })
      const since = clock.now()
      await bell.wait(signal)
      if (clock.now() - since >= STEADY_MS) failures = 0
      if (!client.usable && !signal.aborted) throw new Error('the server closed the connection')
    }
  }

  function count(what: keyof IntakeCounts): void {
    counts = { ...counts, [what]: counts[what] + 1 }
    if (what === 'taken') failures = 0
  }

  return {
    async close() {
      stop.abort()
      await running
    },
  }
}
