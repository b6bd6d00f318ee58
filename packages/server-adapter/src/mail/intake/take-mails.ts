// Takes the mails of an open folder, one after the other: read, give away, and only then move the cursor. One mail is in
// memory at a time. A mail that cannot be had or cannot be taken is set aside after a while and never blocks the next;
// while our own store does not answer, everything waits.

import type { Logger } from 'pino'
import { toReason } from '../../doctor/finding.ts'
import type { Clock } from '../../readers/clock.ts'
import { isExpected, isStoreUnavailable } from '../../request-error.ts'
import { isCommandRefused, isTooLarge, toProblem } from './imap-errors.ts'
import type { AsideReason, FetchedFacts, MailboxSink, MailboxState } from './intake-facts.ts'
import type { MailboxPlace } from './mailbox-place.ts'
import type { ImapConnection } from './open-imap.ts'
import { lastUid, MailNotGiven, readFacts, readRaw, uidsBetween } from './read-folder.ts'
import { backOff, pause } from './timing.ts'

/** As much as a mail may have; more than any of the large providers lets through. */
export const MAIL_MAX_BYTES = 25 * 1_024 * 1_024
/** Of a mail that is too large: enough to see who wrote what to whom. */
const BEGINNING_BYTES = 64 * 1_024

/** Numbers that are looked at together; where none of them is in use, the next look is wider. */
const WINDOW = 500
const WINDOW_GROWTH = 8

const RETRY_MS = 1_000
const RETRY_MAX_MS = 60_000
/** With the waits, about half a minute: what has not passed by then is the mail's fault, or ours. */
const TAKE_TRIES = 6
/** How much trouble a mail may make while it is read: a server that says no, or a connection that breaks. */
const TROUBLE_MAX = 20
const TROUBLE_REFUSED = 5
const TROUBLE_CUT = 1

/** The trouble with the mail that comes next; it outlives the connection. */
export interface Trouble {
  uid: number
  amount: number
  reason: AsideReason | undefined
}

interface Needs {
  readonly mailbox: string
  readonly sink: MailboxSink
  readonly trouble: Trouble
  readonly maxBytes: number
  readonly markSeen: boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly random: () => number
  readonly signal: AbortSignal
  readonly onState: (state: MailboxState) => void
  readonly onCount: (what: 'taken' | 'tooLarge' | 'setAside') => void
}

/** Resolves with the place after the newest mail, or where the signal stopped it; rejects when the connection breaks. */
export async function takeMails(connection: ImapConnection, from: MailboxPlace, needs: Needs): Promise<MailboxPlace> {
  const { client } = connection
  const { sink, signal, trouble } = needs
  let place = from
  let width = WINDOW

  async function advance(uid: number): Promise<void> {
    const cursor = { ...place.cursor, lastUid: uid }
    await persist(() => sink.save(cursor), uid, needs)
    place = { ...place, cursor }
  }

  const last = await lastUid(client)
  while (place.cursor.lastUid < last && !signal.aborted) {
    const { lastUid: done } = place.cursor
    const end = Math.min(last, done + width)
    const uids = await uidsBetween(client, done + 1, end)
    for (const uid of uids) {
      needs.onState({ kind: 'reading' })
      if (!(await takeOne(uid))) return place
      // Even where we are to stop: it is taken, and need not come again.
      await advance(uid)
      if (signal.aborted) return place
      if (needs.markSeen) await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true, silent: true })
    }
    // Numbers only grow: below the newest, nothing will appear any more.
    place = { ...place, cursor: { ...place.cursor, lastUid: end } }
    width = uids.length === 0 ? width * WINDOW_GROWTH : WINDOW
  }
  return place

  /** False: stopped, and nothing is done. */
  async function takeOne(uid: number): Promise<boolean> {
    const found = await read(uid)
    if (found === undefined) return true
    return found.reason === undefined ? give(found.raw, found.facts) : setAside(found.raw, found.facts, found.reason)
  }

  /** `undefined`: nothing to take. */
  async function read(uid: number) {
    if (trouble.uid !== uid) Object.assign(trouble, { uid, amount: 0, reason: undefined })
    try {
      const mail = await readFacts(client, uid)
      if (mail === undefined) return undefined
      const { uidValidity } = place.cursor
      const { receivedAt = needs.clock.now() } = mail
      if (place.again !== undefined && uid <= place.again.upTo && receivedAt < place.again.since) return undefined
      const facts: FetchedFacts = { mailbox: needs.mailbox, uid, uidValidity, receivedAt }
      if (trouble.amount >= TROUBLE_MAX && trouble.reason !== undefined)
        return { facts, raw: null, reason: trouble.reason }
      if (mail.size > needs.maxBytes) {
        const reason: AsideReason = { kind: 'too_large', size: mail.size }
        return { facts, raw: (await readRaw(client, uid, BEGINNING_BYTES)).subarray(0, BEGINNING_BYTES), reason }
      }
      return { facts, raw: await readRaw(client, uid), reason: undefined }
    } catch (error) {
      const cause = connection.causeOf(error)
      addTrouble(cause)
      throw cause
    }
  }

  function addTrouble(error: unknown): void {
    if (isTooLarge(error)) {
      Object.assign(trouble, { amount: TROUBLE_MAX, reason: { kind: 'too_large', size: needs.maxBytes } })
      return
    }
    const isRefused = isCommandRefused(error) || error instanceof MailNotGiven
    trouble.amount += isRefused ? TROUBLE_REFUSED : TROUBLE_CUT
    trouble.reason = { kind: 'unreadable', problem: toProblem(error) }
  }

  async function give(raw: Buffer, facts: FetchedFacts): Promise<boolean> {
    for (let failures = 1, tries = 0; !signal.aborted; failures += 1) {
      try {
        await sink.take(raw, facts)
        needs.onCount('taken')
        return true
      } catch (error) {
        if (!isPassing(error)) tries += 1
        if (tries >= TAKE_TRIES) return setAside(raw, facts, { kind: 'take_failed', problem: toReason(error) })
        await hold(error, facts.uid, failures, needs)
      }
    }
    return false
  }

  async function setAside(raw: Buffer | null, facts: FetchedFacts, reason: AsideReason): Promise<boolean> {
    if (!(await persist(() => sink.setAside(raw, { ...facts, reason }), facts.uid, needs))) return false
    needs.onCount(reason.kind === 'too_large' ? 'tooLarge' : 'setAside')
    needs.logger.warn({ mailbox: needs.mailbox, uid: facts.uid, reason }, 'a mail was set aside')
    return true
  }
}

/** The store's fault, and it passes: no reason to give up a mail. */
const isPassing = (error: unknown): boolean => isStoreUnavailable(error) || isExpected(error)

/** Until it works, or we are to stop: then false. */
async function persist(work: () => Promise<void>, uid: number, needs: Needs): Promise<boolean> {
  for (let failures = 1; ; failures += 1) {
    try {
      await work()
      return true
    } catch (error) {
      if (needs.signal.aborted) return false
      await hold(error, uid, failures, needs)
    }
  }
}

async function hold(error: unknown, uid: number, failures: number, needs: Needs): Promise<void> {
  const { clock, signal, random, onState, logger, mailbox } = needs
  const ms = backOff(failures, RETRY_MS, RETRY_MAX_MS, random)
  logger.warn({ mailbox, uid, failures, err: error }, 'unable to take a mail; it is tried again')
  onState({ kind: 'holding', uid, problem: toReason(error), retryAt: clock.now() + ms })
  await pause(ms, clock, signal)
}
