// From items and unsent entries to what a user interface shows. An object keeps its identity while nothing about it
// changed, so a list of thousands redraws one row.

import { isKnownKind, type ActorRef, type Item, type People } from '@pendopo/protocol'
import { toPendopoError } from '../pendopo-error.ts'
import type { OutboxEntry } from '../outbox/storage.ts'
import type { ThreadAuthor, ThreadItem, ThreadMessage } from '../thread.ts'
import type { Timeline } from './timeline.ts'

/** For whom a thread is shown. `id` is `null` before the server has said. */
export interface Viewer {
  readonly side: 'visitor' | 'agent'
  readonly id: string | null
  /** All that a visitor is: a browser, and whoever signed in on it. Their marks are one person's. */
  readonly identities?: readonly string[]
}

export interface Projection {
  toItems(timeline: Timeline, unsent: readonly OutboxEntry[], viewer: Viewer): readonly ThreadItem[]
}

/** Remembers what it made, by item and by entry. */
export function createProjection(): Projection {
  const made = new WeakMap<Item, ThreadItem>()
  const pending = new WeakMap<OutboxEntry, ThreadMessage>()
  /** What everything was made with: while that is the same, what was made of an item is what would be made of it now. */
  let madeWith: readonly unknown[] = []
  return {
    toItems(timeline, unsent, viewer) {
      const othersRead = readByOthers(timeline, viewer)
      const makeWith = [timeline.people, viewer, othersRead]
      const isCurrent = makeWith.every((part, index) => part === madeWith[index])
      madeWith = makeWith
      const items = timeline.items.map((item) => {
        const former = made.get(item)
        if (former !== undefined && isCurrent) return former
        const next = toThreadItem(item, timeline.people, viewer, othersRead)
        if (former !== undefined && isSame(former, next)) return former
        made.set(item, next)
        return next
      })
      if (unsent.length === 0) return items
      const stored = new Set(timeline.items.map(({ id }) => id))
      const waiting = unsent.filter(({ command }) => command.kind === 'message.post' && !stored.has(command.id))
      return [...items, ...waiting.map((entry) => toPending(entry, pending, viewer))]
    },
  }
}

/** How far the other side has read. */
function readByOthers({ marks }: Timeline, { side }: Viewer): number {
  const other = side === 'visitor' ? 'agent' : 'visitor'
  return Object.values(marks).reduce((most, mark) => (mark.reader.kind === other ? Math.max(most, mark.read) : most), 0)
}

function toThreadItem(item: Item, people: People, viewer: Viewer, othersRead: number): ThreadItem {
  const { id, n, kind, at } = item
  const author = toAuthor(item, people, viewer)
  if (kind === 'message.posted' || kind === 'comment.posted') {
    const mine = author.kind === 'self'
    const isInternal = kind === 'comment.posted'
    const isOurSide = mine || (viewer.side === 'agent' && author.kind !== 'contact')
    const { replyTo, via } = item.data
    return {
      type: 'message',
      id,
      n,
      author,
      mine,
      text: item.content ? (item.content.text ?? '') : null,
      at,
      status: isOurSide && !isInternal && othersRead >= n ? 'read' : 'stored',
      error: null,
      editedAt: item.editedAt ?? null,
      replyTo: typeof replyTo === 'string' ? replyTo : null,
      ...(isInternal && { internal: true }),
      ...(via !== undefined && { mail: item.content?.mail ?? {} }),
      ...withFiles(item.content?.attachments),
    }
  }
  // An answer may assign, join or reopen with the same command: only its message goes by the command's id.
  const own = `${id}:${n}`
  if (!isKnownKind(kind)) return { type: 'unsupported', id: own, n, kind, at, raw: item }
  const { page = null, ...words } = item.content ?? {}
  const happened = { type: 'event' as const, id: own, n, kind, at, actor: author, data: item.data, page }
  return Object.keys(words).length === 0 ? happened : { ...happened, words }
}

function toPending(entry: OutboxEntry, made: WeakMap<OutboxEntry, ThreadMessage>, viewer: Viewer): ThreadMessage {
  const former = made.get(entry)
  if (former !== undefined) return former
  const { command, failure, attachments } = entry
  const data = command.kind === 'message.post' ? command.data : {}
  const message: ThreadMessage = {
    type: 'message',
    id: command.id,
    n: null,
    author: { kind: 'self', id: viewer.id ?? '', name: '' },
    mine: true,
    text: data.text ?? '',
    at: command.occurredAt ?? 0,
    status: failure === undefined ? 'sending' : 'failed',
    error: failure === undefined ? null : toPendopoError(failure, 'send'),
    editedAt: null,
    replyTo: data.replyTo ?? null,
    ...(data.mail && { mail: data.mail }),
    ...withFiles(attachments),
  }
  made.set(entry, message)
  return message
}

const withFiles = (attachments: ThreadMessage['attachments']) => attachments && { attachments }

/** Whose words or deed it is. A visitor's thread has one contact: its identities are all `self`. */
export function toAuthor(
  { actor, author }: Pick<Item, 'actor' | 'author'>,
  people: People,
  viewer: Viewer,
): ThreadAuthor {
  const id = author === undefined ? actor.id : (author.id ?? '')
  const name = author?.name ?? people[id]?.name ?? ''
  return { kind: authorKind(author?.kind ?? actor.kind, id, viewer), id, name }
}

function authorKind(kind: ActorRef['kind'] | 'contact' | 'bot', id: string, viewer: Viewer): ThreadAuthor['kind'] {
  switch (kind) {
    case 'visitor':
    case 'contact':
      return viewer.side === 'visitor' ? 'self' : 'contact'
    case 'agent':
      return viewer.side === 'agent' && id === viewer.id ? 'self' : 'agent'
    default:
      return kind
  }
}

/** Only what can change about one and the same item is compared. */
function isSame(a: ThreadItem, b: ThreadItem): boolean {
  if (a.type !== b.type || a.type === 'unsupported') return a.type === b.type
  if (a.type === 'message' && b.type === 'message') return a.status === b.status && isSameAuthor(a.author, b.author)
  return a.type === 'event' && b.type === 'event' && isSameAuthor(a.actor, b.actor)
}

const isSameAuthor = (a: ThreadAuthor, b: ThreadAuthor) => a.kind === b.kind && a.name === b.name
