// What a visitor's and an agent's conversation have in common: the log of one conversation and the outbox, as stores.
// It knows neither how a conversation is chosen (`create-chat`, `create-inbox`) nor what it looks like.

import {
  eventKind,
  uuidv7,
  type ActorRef,
  type Attachment,
  type CommandOf,
  type ConversationCommand,
  type ConversationView,
} from '@pendopo/protocol'
import { atom } from 'nanostores'
import { derived } from '../derived.ts'
import { opens } from '../outbox/batch.ts'
import { toOutgoingText } from '../outbox/outgoing-text.ts'
import { assertOpen, PendopoError, toPendopoError } from '../pendopo-error.ts'
import type { SentMessage, ThreadAuthor } from '../thread.ts'
import { createConversationLog, type ConversationLog } from '../timeline/conversation-log.ts'
import { EMPTY_TIMELINE, type Timeline } from '../timeline/timeline.ts'
import { createProjection, toAuthor } from '../timeline/to-thread-items.ts'
import { createReading } from './reading.ts'
import { createReceipts } from './receipts.ts'
import type { ThreadCore, ThreadOptions } from './thread-core.ts'
import { createTyping } from './typing.ts'
import { unreadIn } from './unread.ts'

export type { NewCommand, ThreadCore, ThreadOptions } from './thread-core.ts'

export function createThread(options: ThreadOptions): ThreadCore {
  const { connection, outbox, attachments, $viewer } = options
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
      fold: options.fold,
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
      for (const { id, n, at } of stored) {
        receipts.stored(id, n, at)
        // The ack of a repeat, or another tab's, brings no events: what it tells of is fetched.
        if (isOurs && n !== null) log?.compare(n)
      }
    }),
    outbox.$entries.subscribe((entries) => {
      for (const { command, failure } of entries) {
        if (failure === undefined) continue
        receipts.failed(command.id, toPendopoError(failure, 'send'))
        // Unlike a message it is shown nowhere, so nobody could take it away.
        if (command.kind === 'address.give') void outbox.forget([command.id])
      }
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

  function post(command: CommandOf<'message.post' | 'address.give'>, files?: readonly Attachment[]): SentMessage {
    typing.sent()
    own.add(command.id)
    const waiting = unsent().filter((entry) => entry.failure === undefined)
    // Behind our own last one, so that nothing overtakes; else behind an opening on its way; else where we are.
    const last =
      waiting.findLast(({ command: { id } }) => own.has(id)) ??
      waiting.findLast((entry) => isOpening(entry.conversation))
    const target = last === undefined ? (log?.id ?? null) : last.conversation
    const entry = { command, ...(files && { attachments: files }) }
    if (target !== null) return receipts.sent(command.id, outbox.add([{ conversation: target, ...entry }]))
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
        { conversation: open.id, ...entry },
      ]),
    )
  }

  const isOpening = (conversation: string) =>
    outbox.$entries
      .get()
      .some((entry) => opens(entry.command) && entry.conversation === conversation && entry.failure === undefined)

  const uploadOf = (id: string) => attachments.$uploads.get().find(({ message }) => message.id === id)
  const failed = (id: string) => unsent().find((entry) => entry.command.id === id && entry.failure !== undefined)

  return {
    $id,
    $timeline,
    $view: derived([$timeline], (): ConversationView | null => $timeline.get().view),
    $messages: derived([$timeline, outbox.$entries, attachments.$uploads, $viewer, $id], () => {
      const items = projection.toItems($timeline.get(), unsent(), $viewer.get())
      // The moment a message goes over to the outbox it is in both.
      const uploads = attachments.$uploads
        .get()
        .filter((upload) => options.owns(upload, $id.get()) && !items.some(({ id }) => id === upload.message.id))
      return uploads.length === 0 ? items : [...items, ...uploads.map(({ message }) => message)]
    }),
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
    post,
    async attach(files, settings) {
      assertOpen(isClosed)
      return (await attachments.load()).attach($id.get() ?? '', files, settings)
    },
    fileUrl: async (file) => (await attachments.load()).url($id.get() ?? '', file),
    send(message) {
      assertOpen(isClosed)
      // Whoever calls from JavaScript may pass anything.
      const { text, ...more }: Partial<typeof message> = message ?? {}
      const data = { ...more, text: toOutgoingText(text) }
      return post({ id: newId(), kind: 'message.post', occurredAt: clock.now(), data })
    },
    async giveAddress(email) {
      assertOpen(isClosed)
      await post({ id: newId(), kind: 'address.give', occurredAt: clock.now(), data: { email: email.trim() } }).stored
    },
    retry(id) {
      assertOpen(isClosed)
      const upload = uploadOf(id)
      if (upload) return upload.retry()
      const entry = failed(id)
      if (entry === undefined || entry.command.kind !== 'message.post')
        throw new PendopoError('not_found', 'unable to send; no failed message has this id')
      if (entry.failure?.code !== 'id_reused') return post(entry.command, entry.attachments)
      void outbox.forget([id])
      return post({ ...entry.command, id: newId() }, entry.attachments)
    },
    async discard(id) {
      assertOpen(isClosed)
      await uploadOf(id)?.discard()
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
