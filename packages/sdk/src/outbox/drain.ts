// Sends the outbox: one batch per conversation in flight, the acknowledged prefix taken out, a refusal for good marked
// on its entry, everything else tried again after a while. One tab of many does it; the lock saves work only. What
// makes it right is that the server knows each command's id.

import { ERROR_CODES, CLIENT_LIMITS, type Answer } from '@pendopo/protocol'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'
import { conversationOf, opens, toBatch, toQueues, type Aliases } from './batch.ts'
import type { Acknowledged, OutboxOptions } from './create-outbox.ts'
import type { OutboxEntry } from './storage.ts'

/** A visible tab whose oldest entry has waited this long sends it itself: the leader may be frozen or gone. */
const TAKE_OVER_AFTER_MS = 10_000

/** First pause after a retryable refusal; doubled up to the longest. */
const PAUSE_BASE_MS = 500
const PAUSE_MAX_MS = 30_000

export interface Failure {
  readonly code: string
  readonly message: string
}

interface DrainOptions extends Pick<OutboxOptions, 'name' | 'connection' | 'environment'> {
  entries(): readonly OutboxEntry[]
  /** Reads what is unsent by what the device knows now. */
  refresh(): Promise<void>
  aliases(): Aliases
  /** Whether this tab holds entries that no other tab can know. */
  isAlone(): boolean
  acknowledge(ack: Acknowledged): Promise<void>
  fail(entries: readonly OutboxEntry[], failure: Failure): Promise<void>
  withdraw(ids: readonly string[]): Promise<void>
}

export interface Drain {
  /** Looks for something to send. */
  wake(): void
  close(): void
}

/** How one conversation's queue fares. */
interface Lane {
  isBusy: boolean
  attempt: number
  /** 1 while a refused batch is taken apart to find the entry that is to blame. */
  most: number
  /** Cancels the pause, while there is one. */
  resume: (() => void) | null
  /** The server named the time: a new connection does not cut it short. */
  isImposed: boolean
}

export function createDrain(options: DrainOptions): Drain {
  const { connection } = options
  const { clock, fraction, attention, leadership, log } = options.environment
  const lanes = new Map<string, Lane>()
  let isLeading = false
  let isClosed = false
  let release: (() => void) | null = null
  let head: { readonly id: string; readonly since: number } | null = null
  let cancelTakeOver: (() => void) | null = null

  const laneOf = (conversation: string): Lane => {
    const lane = lanes.get(conversation) ?? {
      isBusy: false,
      attempt: 0,
      most: CLIENT_LIMITS.batchCommands,
      resume: null,
      isImposed: false,
    }
    lanes.set(conversation, lane)
    return lane
  }

  function wake(): void {
    if (isClosed) return
    const entries = options.entries()
    const first = entries.find((entry) => entry.failure === undefined)
    if (first === undefined) {
      head = null
      // Until the last tick is written down, the next tab to lead would take it for unsent.
      if ([...lanes.values()].some(({ isBusy }) => isBusy)) return
      // A page that holds a lock may not rest in the back-forward cache.
      release?.()
      release = null
      isLeading = false
      return
    }
    if (release === null) lead()
    if (head?.id !== first.command.id) head = { id: first.command.id, since: clock.now() }
    if (!connection.isOnline() || !maySend(head)) return
    const aliases = options.aliases()
    // Under the id of its opening too: what is still to be written down, or a pause, holds for the conversation it found.
    const held = new Set<string>()
    for (const [conversation, { isBusy, resume }] of lanes)
      if (isBusy || resume !== null) held.add(conversationOf({ conversation }, aliases))
    for (const [conversation, queue] of toQueues(entries, aliases))
      if (!held.has(conversation)) void send(conversation, queue, laneOf(conversation))
  }

  function lead(): void {
    const own = leadership.acquire(`${options.name}:outbox`, async () => {
      // The tab that led before may have sent what this one still takes for unsent.
      await options.refresh()
      if (release !== own) return
      isLeading = true
      wake()
    })
    release = own
  }

  function maySend({ since }: { readonly since: number }): boolean {
    if (isLeading || options.isAlone()) return true
    const waited = clock.now() - since
    if (waited >= TAKE_OVER_AFTER_MS && attention.isVisible()) return true
    cancelTakeOver?.()
    cancelTakeOver = clock.after(waited < TAKE_OVER_AFTER_MS ? TAKE_OVER_AFTER_MS - waited : TAKE_OVER_AFTER_MS, wake)
    return false
  }

  async function send(conversation: string, queue: readonly OutboxEntry[], lane: Lane): Promise<void> {
    const batch = toBatch(queue, lane.most)
    const first = batch[0]
    if (first === undefined) return
    lane.isBusy = true
    try {
      const commands = batch.map(({ command }) => command)
      const stream = { kind: 'conversation', id: conversation } as const
      const answer = await connection.request('commands', opens(first.command) ? { commands } : { stream, commands })
      await settle(batch, answer, lane)
    } catch (error) {
      await refused(batch, toError(error), lane)
    } finally {
      lane.isBusy = false
      wake()
    }
  }

  /** The acknowledged prefix, then the one that was refused, if any. The rest stays and goes out next. */
  async function settle(batch: readonly OutboxEntry[], answer: Answer<'commands'>, lane: Lane): Promise<void> {
    const stored: Acknowledged['stored'][number][] = []
    let refusal: { readonly entry: OutboxEntry; readonly error: PendopoError } | null = null
    for (const [index, entry] of batch.entries()) {
      const result = answer.results[index]
      if (result === undefined || result.id !== entry.command.id) break
      if (!result.ok) {
        refusal = { entry, error: toPendopoError(result.error, 'send') }
        break
      }
      // An address that is known already is acknowledged without an event, and no echo will come.
      const none = entry.command.kind === 'address.give' ? 0 : null
      stored.push({ id: result.id, n: result.n?.[1] ?? none, at: result.at ?? none })
    }
    const asked = batch[0]?.conversation ?? answer.stream.id
    if (stored.length > 0) {
      lane.attempt = 0
      lane.most = CLIENT_LIMITS.batchCommands
      await options.acknowledge({ asked, conversation: answer.stream.id, stored, events: answer.events })
    }
    if (refusal !== null) await refused([refusal.entry], refusal.error, lane)
    else if (stored.length === 0) pause(lane, null)
  }

  async function refused(batch: readonly OutboxEntry[], error: PendopoError, lane: Lane): Promise<void> {
    log('outbox.refused', { code: error.code, commands: batch.length })
    if (ERROR_CODES[error.code] !== 'give-up') return pause(lane, error.retryAfter)
    const [entry] = batch
    if (entry === undefined) return
    if (batch.length > 1) {
      lane.most = 1
      return
    }
    lane.most = CLIENT_LIMITS.batchCommands
    const failure = { code: error.code, message: error.message }
    if (!opens(entry.command)) return options.fail([entry], failure)
    // Without its opening the rest of the queue has nowhere to go.
    const followers = options.entries().filter((other) => other.conversation === entry.conversation && other !== entry)
    await options.fail(followers, failure)
    await options.withdraw([entry.command.id])
  }

  function pause(lane: Lane, retryAfter: number | null): void {
    const backOff = Math.min(PAUSE_BASE_MS * 2 ** lane.attempt++, PAUSE_MAX_MS)
    lane.isImposed = retryAfter !== null
    lane.resume = clock.after(Math.max(backOff * (0.5 + fraction() / 2), retryAfter ?? 0), () => {
      lane.resume = null
      wake()
    })
  }

  // A connection that has just come up has had no time to be slow: the take-over waits anew.
  const stopOnline = connection.onOnline(() => {
    head = head === null ? null : { ...head, since: clock.now() }
    for (const lane of lanes.values()) {
      if (lane.isImposed) continue
      lane.resume?.()
      lane.resume = null
      lane.attempt = 0
    }
    wake()
  })
  const stopAttention = attention.onChange(wake)

  return {
    wake,
    close() {
      isClosed = true
      stopOnline()
      stopAttention()
      release?.()
      cancelTakeOver?.()
      for (const lane of lanes.values()) lane.resume?.()
    },
  }
}

const toError = (error: unknown): PendopoError =>
  error instanceof PendopoError
    ? error
    : new PendopoError('internal', 'unable to send; see the cause', { cause: error })
