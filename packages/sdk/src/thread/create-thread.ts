// What a visitor's and an agent's conversation have in common: the log of one conversation and the outbox, as stores.
// It knows neither how a conversation is chosen (`create-chat`, `create-inbox`) nor what it looks like.

import {
  eventKind,
  uuidv7,
  type ActorRef,
  type CommandOf,
  type ConversationCommand,
  type ConversationView,
  type Item,
} from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import { derived } from '../derived.ts'
import type { Environment } from '../environment.ts'
import { opens } from '../outbox/batch.ts'
import type { Outbox } from '../outbox/create-outbox.ts'
import { toOutgoingText } from '../outbox/outgoing-text.ts'
import type { OutboxEntry } from '../outbox/storage.ts'
import { assertOpen, PendopoError, toPendopoError } from '../pendopo-error.ts'
import type { SentMessage, Thread, ThreadAuthor } from '../thread.ts'
import { createConversationLog, type ConversationLog } from '../timeline/conversation-log.ts'
import { EMPTY_TIMELINE, type Timeline } from '../timeline/timeline.ts'
import { createProjection, toAuthor, type Viewer } from '../timeline/to-thread-items.ts'
import { createReading } from './reading.ts'
import { createReceipts } from './receipts.ts'
import { createTyping } from './typing.ts'

export interface ThreadOptions {
  readonly connection: Connection<never>
  readonly outbox: Outbox
  readonly environment: Pick<Environment, 'clock' | 'random' | 'attention'>
  readonly $viewer: ReadableAtom<Viewer>
  /** What `conversation.open` says, where a first message may open a conversation. */
  readonly opening?: () => CommandOf<'conversation.open'>['data']
  /** Whether an unsent entry is shown here. */
  readonly owns: (entry: OutboxEntry, id: string | null) => boolean
  /** Unread messages as the server counted them up to `n`: for when they are not all loaded, or no own mark is known. */
  readonly unreadHint?: (id: string | null) => UnreadHint | undefined
  readonly onGone?: (error: PendopoError) => void
}

/** A Thread with what its owner needs to steer it. */
export interface ThreadCore extends Thread {
  readonly $timeline: ReadableAtom<Timeline>
  /** Shows (and watches) this conversation from now on; `null` where there is known to be none. */
  bind(id: string | null): void
  /** Somebody saw this number: fetches if it is news. */
  compare(n: number): void
  /** A command that does not wait in the outbox; its events are applied when it is acknowledged. */
  command(command: NewCommand): Promise<void>
  /** Who it is, for the one who looks. */
  toAuthor(who: ActorRef): ThreadAuthor
  close(): void
}

export interface UnreadHint {
  readonly n: number
  readonly unread: number
}

type Kinds = ConversationCommand['kind']
export type NewCommand = {
  readonly [Kind in Kinds]: { readonly kind: Kind; readonly data: CommandOf<Kind>['data'] }
}[Kinds]

export function createThread(options: ThreadOptions): ThreadCore {
  const { connection, outbox, $viewer } = options
  const { clock, random, attention } = options.environment
  const $id = atom<string | null>(null)
  const $timeline = atom<Timeline>(EMPTY_TIMELINE)
  const $isLoading = atom(true)
  const projection = createProjection()
  const receipts = createReceipts()
  const reading = createReading(connection)
  const typing = createTyping(clock, (isTyping) => {
    const { id } = log ?? {}
    if (id !== undefined) connection.signal('typing', { conversation: id, typing: isTyping })
  })
  /** Messages sent from here, by id: the order of one's own sending is kept by where the last of them went. */
  const own = new Set<string>()
  let log: ConversationLog | null = null
  let stopLog: (() => void) | null = null
  let isClosed = false

  const unsent = () => outbox.$entries.get().filter((entry) => options.owns(entry, $id.get()))
  const newId = () => uuidv7(clock.now(), random)

  function bind(id: string | null): void {
    if (log !== null && log.id === id) return
    stopLog?.()
    stopLog = null
    if (log !== null) {
      reading.reset()
      $timeline.set(EMPTY_TIMELINE)
    }
    log = null
    if (id === null) {
      $isLoading.set(false)
      // An opening on its way keeps its id: it will be the conversation's.
      if (!unsent().some(({ command, failure }) => opens(command) && failure === undefined)) $id.set(null)
      return
    }
    const next = createConversationLog({
      id,
      connection,
      clock,
      // A visitor's numbers are compared by `heads`, for all conversations in one request.
      attention: $viewer.get().side === 'agent' ? attention : undefined,
      onGone: (error) => options.onGone?.(error),
    })
    log = next
    $id.set(id)
    const stopTimeline = next.$timeline.subscribe(follow)
    const stopSynced = next.$isSynced.subscribe((isSynced) => $isLoading.set(!isSynced && next.$timeline.get().n === 0))
    stopLog = () => {
      stopTimeline()
      stopSynced()
      next.close()
    }
  }

  /** Each state of the log: marks move, echoes settle what is pending here or in another tab. */
  function follow(timeline: Timeline): void {
    const { side, id, identities = [id] } = $viewer.get()
    for (const { reader, read } of Object.values(timeline.marks))
      if (reader.kind === side && identities.includes(reader.id)) reading.learn(read)
    $timeline.set(timeline)
    const entries = outbox.$entries.get()
    if (entries.length === 0) return
    // What one command did shares its id, and the message comes last: the map keeps that.
    const byId = new Map(timeline.items.slice(-ECHOES).map((item) => [item.id, item]))
    const echoed = entries.flatMap(({ command }) => byId.get(command.id) ?? [])
    for (const { id: message, n, at } of echoed) receipts.stored(message, n, at)
    if (echoed.length > 0) void outbox.forget(echoed.map((item) => item.id))
  }

  const stops = [
    outbox.onAck(({ asked, conversation, stored, events }) => {
      const isOurs = asked === $id.get() || conversation === $id.get()
      if (isOurs && asked === $id.get()) bind(conversation)
      if (isOurs) log?.push(events)
      for (const { id, n, at } of stored) receipts.stored(id, n, at)
    }),
    outbox.$entries.subscribe((entries) => {
      for (const { command, failure } of entries)
        if (failure !== undefined) receipts.failed(command.id, toPendopoError(failure, 'send'))
      // Another tab, or this one before a reload, wrote a first message: what is written here goes behind it.
      if ($id.get() === null)
        $id.set(unsent().find(({ command, failure }) => opens(command) && failure === undefined)?.conversation ?? null)
    }),
    connection.onPacket('events', (packet) => {
      for (const { conversation, events, people } of packet) {
        if (conversation !== log?.id) continue
        log.learn({ people })
        log.push(events)
        for (const { actor, kind } of events) if (eventKind(kind).unread) typing.heard(actor, false)
      }
    }),
    connection.onPacket('marks', ({ conversation, marks }) => {
      if (conversation === log?.id) log.learn({ marks })
    }),
    connection.onPacket('typing', ({ conversation, who, typing: isTyping }) => {
      if (conversation === log?.id && toAuthorOf(who).kind !== 'self') typing.heard(who, isTyping)
    }),
    connection.onPacket('presence', ({ people }) => log?.learn({ people })),
    connection.onPacket('hint', ({ conversations }) => {
      for (const { id, n } of conversations) if (id === log?.id) log.compare(n)
    }),
    () => reading.close(),
    () => typing.close(),
    () => stopLog?.(),
  ]

  const toAuthorOf = (who: ActorRef): ThreadAuthor => toAuthor({ actor: who }, $timeline.get().people, $viewer.get())

  function post(command: CommandOf<'message.post'>): SentMessage {
    typing.sent()
    own.add(command.id)
    const waiting = unsent().filter((entry) => entry.failure === undefined)
    // Behind our own last one, so that nothing overtakes; else behind an opening on its way; else where we are.
    const last =
      waiting.findLast(({ command: { id } }) => own.has(id)) ??
      waiting.findLast((entry) => isOpening(entry.conversation))
    const target = last === undefined ? (log?.id ?? null) : last.conversation
    if (target !== null) return receipts.sent(command.id, outbox.add([{ conversation: target, command }]))
    const opening = options.opening
    if (opening === undefined) throw new PendopoError('not_found', 'unable to send; there is no conversation')
    const open: CommandOf<'conversation.open'> = {
      id: newId(),
      kind: 'conversation.open',
      occurredAt: clock.now(),
      data: opening(),
    }
    $id.set(open.id)
    return receipts.sent(
      command.id,
      outbox.add([
        { conversation: open.id, command: open },
        { conversation: open.id, command },
      ]),
    )
  }

  const isOpening = (conversation: string) =>
    outbox.$entries
      .get()
      .some((entry) => opens(entry.command) && entry.conversation === conversation && entry.failure === undefined)

  const failed = (id: string) => unsent().find((entry) => entry.command.id === id && entry.failure !== undefined)

  return {
    $id,
    $timeline,
    $view: derived([$timeline], (): ConversationView | null => $timeline.get().view),
    $messages: derived([$timeline, outbox.$entries, $viewer, $id], () =>
      projection.toItems($timeline.get(), unsent(), $viewer.get()),
    ),
    $typing: derived([typing.$who, $timeline, $viewer], () => typing.$who.get().map(toAuthorOf)),
    $hasOlder: derived([$timeline], () => $timeline.get().hasOlder),
    $loading: $isLoading,
    $read: reading.$read,
    $unread: derived([$timeline, reading.$read, $viewer, $id], () =>
      unreadIn($timeline.get(), reading.$read.get(), $viewer.get(), options.unreadHint?.($id.get())),
    ),
    bind,
    compare: (n) => log?.compare(n),
    async command(command) {
      const target = log
      if (target === null) throw new PendopoError('not_found', 'unable to do this; there is no conversation')
      const whole: ConversationCommand = { ...command, id: newId(), occurredAt: clock.now() }
      const answer = await connection.request('commands', {
        stream: { kind: 'conversation', id: target.id },
        commands: [whole],
      })
      target.push(answer.events)
      const result = answer.results[0]
      if (result !== undefined && !result.ok) throw toPendopoError(result.error, command.kind)
    },
    toAuthor: toAuthorOf,
    send(message) {
      assertOpen(isClosed)
      // Whoever calls from JavaScript may pass anything.
      const { text, replyTo }: Partial<typeof message> = message ?? {}
      const data = { text: toOutgoingText(text), ...(replyTo !== undefined && { replyTo }) }
      return post({ id: newId(), kind: 'message.post', occurredAt: clock.now(), data })
    },
    retry(id) {
      assertOpen(isClosed)
      const entry = failed(id)
      if (entry === undefined || entry.command.kind !== 'message.post')
        throw new PendopoError('not_found', 'unable to send; no failed message has this id')
      if (entry.failure?.code !== 'id_reused') return post(entry.command)
      void outbox.forget([id])
      return post({ ...entry.command, id: newId() })
    },
    async discard(id) {
      assertOpen(isClosed)
      if (failed(id) !== undefined) await outbox.forget([id])
    },
    typing(isActive = true) {
      if (!isClosed) typing.say(isActive)
    },
    markRead() {
      const { n } = $timeline.get()
      if (log !== null && n > 0) reading.advance(log.id, n)
    },
    loadOlder: () => log?.loadOlder() ?? Promise.resolve(),
    close() {
      isClosed = true
      log = null
      for (const stop of stops.splice(0)) stop()
      receipts.close()
    },
  }
}

/** Echoes are new: a pending message is looked for among this many of the newest items. */
const ECHOES = 400

/**
 * Counted where everything after the mark is loaded. Where it is not, or where no mark is known, the server's count goes
 * as far as it reached, and what came later is counted.
 */
function unreadIn({ items, hasOlder }: Timeline, read: number, viewer: Viewer, hint?: UnreadHint): number {
  const [oldest] = items
  const isWhole = read > 0 && oldest !== undefined && (!hasOlder || oldest.n <= read)
  return hint === undefined || isWhole
    ? unreadAfter(items, read, viewer)
    : hint.unread + unreadAfter(items, hint.n, viewer)
}

function unreadAfter(items: readonly Item[], n: number, { side }: Viewer): number {
  let count = 0
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index]
    if (item === undefined || item.n <= n) break
    if (eventKind(item.kind).unread && isByContact(item) === (side === 'agent')) count++
  }
  return count
}

const isByContact = ({ actor, author }: Item) =>
  author === undefined ? actor.kind === 'visitor' : author.kind === 'contact'
