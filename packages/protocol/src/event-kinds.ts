// The one table that says what each event kind means to the machinery. A feature that needs new behaviour adds a
// column or a row here, never a special case in the log, the gateway or the store.

import type { AgentEventKind, ConversationEventKind } from './schemas/events.ts'

export interface EventKindRow {
  /** May participants see it? Fixed when the event is appended: decides whether it gets a `publicSeq`. */
  readonly public: boolean
  /** The keys of `data` that participants receive; everything else stays with the team. */
  readonly publicData: readonly string[]
  /** Counts as unread for the other side. */
  readonly unread: boolean
  /** Moves the conversation to the top of the lists. */
  readonly moves: boolean
  /** Wakes readers (e-mail, connectors, timers). */
  readonly wakes: boolean
  /** Is an item of the thread; the others change items or are for the machinery alone. */
  readonly item: boolean
  /** What it does to content rows: brings its own, replaces or removes that of `data.message`. */
  readonly content: 'none' | 'own' | 'replaces' | 'removes'
}

const row = (over: Partial<EventKindRow>): EventKindRow => ({
  public: false,
  publicData: [],
  unread: false,
  moves: false,
  wakes: false,
  item: true,
  content: 'none',
  ...over,
})

/** Every event kind this version knows. A kind that is not here is one of a later version: see `eventKind`. */
export const EVENT_KINDS: Readonly<Record<ConversationEventKind | AgentEventKind, EventKindRow>> = {
  'conversation.opened': row({ public: true, wakes: true, content: 'own' }),
  'conversation.closed': row({ public: true, publicData: ['by'], wakes: true }),
  'conversation.reopened': row({ public: true, publicData: ['by', 'episode'], wakes: true }),
  'conversation.assigned': row({ public: true, publicData: ['agent'], wakes: true }),
  'conversation.unassigned': row({ public: true, publicData: ['agent'], wakes: true }),
  'identity.added': row({ item: false }),
  'participant.joined': row({ public: true, publicData: ['agent'] }),
  'participant.left': row({ public: true, publicData: ['agent'] }),
  'page.changed': row({ content: 'own' }),
  'message.posted': row({
    public: true,
    publicData: ['replyTo', 'via'],
    unread: true,
    moves: true,
    wakes: true,
    content: 'own',
  }),
  'message.edited': row({ public: true, publicData: ['message'], wakes: true, item: false, content: 'replaces' }),
  'message.retracted': row({ public: true, publicData: ['message'], wakes: true, item: false, content: 'removes' }),
  'comment.posted': row({ wakes: true, content: 'own' }),
  'content.erased': row({ public: true, publicData: ['message'], item: false, content: 'removes' }),
  'address.given': row({ public: true, publicData: ['verified'], wakes: true, content: 'own' }),
  'mail.planned': row({ wakes: true, item: false, content: 'own' }),
  'mail.delayed': row({}),
  'mail.sent': row({}),
  'mail.failed': row({ content: 'own' }),
  'mail.held': row({ moves: true, wakes: true, content: 'own' }),
  'mail.ruled': row({ wakes: true }),
  'mail.stopped': row({}),
  'transcript.requested': row({ wakes: true }),
  'agent.presence-set': row({ wakes: true, item: false }),
}

/** The row of a kind; a kind of a later version is an item without powers, shown as "unsupported message". */
export function eventKind(kind: string): EventKindRow {
  return isKnownKind(kind) ? EVENT_KINDS[kind] : row({})
}

/** Whether this build knows the kind. */
export function isKnownKind(kind: string): kind is keyof typeof EVENT_KINDS {
  return Object.hasOwn(EVENT_KINDS, kind)
}
