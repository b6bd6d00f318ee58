import {
  PendopoError,
  type AgentConversation,
  type AgentWelcome,
  type OutgoingMail,
  type ConversationView,
  type Row,
  type SentMessage,
  type ThreadAuthor,
  type ThreadItem,
  type ThreadMessage,
} from '@pendopo/sdk/inbox'
import { atom, computed } from 'nanostores'
import { toCommandId } from '../mail/command-of.ts'
import { ORIGINAL } from './fake-mail.ts'

/** What a made-up thread consists of. */
export interface FakeThread {
  readonly items: readonly ThreadItem[]
  readonly typing?: readonly ThreadAuthor[]
  /** Items before these, given out on `loadOlder`. */
  readonly older?: readonly ThreadItem[]
  readonly read?: number
  readonly mail?: ConversationView['mail']
}

interface FakeConversationOptions {
  readonly row: Row
  readonly agent: AgentWelcome['agent']
  readonly thread: FakeThread
  readonly now: number
  readonly change: (over: Partial<Row>) => void
}

export function createFakeConversation({
  row,
  agent,
  thread,
  now,
  change,
}: FakeConversationOptions): AgentConversation & { add(item: ThreadItem): void } {
  const self: ThreadAuthor = { kind: 'self', id: agent.id, name: agent.name }
  const $items = atom<readonly ThreadItem[]>(thread.items)
  const $older = atom<readonly ThreadItem[]>(thread.older ?? [])
  const $read = atom(thread.read ?? Infinity)
  const $view = atom<ConversationView | null>({ ...toView(row, thread.items, now), mail: thread.mail ?? null })
  let n = 10_000
  let count = 0

  const happen = (
    kind: string,
    data: Record<string, unknown>,
    over: Partial<ConversationView>,
    rowOver: Partial<Row>,
  ) => {
    n++
    $items.set([...$items.get(), { type: 'event', id: `e${n}`, n, kind, at: now, actor: self, data, page: null }])
    const view = $view.get()
    if (view !== null) $view.set({ ...view, ...over })
    change(rowOver)
    return Promise.resolve()
  }

  function send(text: string, mail?: OutgoingMail, replyTo: string | null = null): SentMessage {
    n++
    const message: ThreadMessage = {
      type: 'message',
      id: `own${count++}`,
      n,
      author: self,
      mine: true,
      text,
      at: now,
      status: 'stored',
      error: null,
      editedAt: null,
      replyTo,
      ...(mail !== undefined && { mail }),
    }
    $items.set([...$items.get(), message])
    change({ last: { text, at: now, direction: 'out' }, movedAt: now, waitingSince: null, unread: 0 })
    return { id: message.id, queued: Promise.resolve(), stored: Promise.resolve({ n, at: now }) }
  }

  return {
    $id: atom(row.id),
    $view,
    $messages: $items,
    $typing: atom(thread.typing ?? []),
    $hasOlder: computed($older, (older) => older.length > 0),
    $loading: atom(false),
    $unread: computed(
      [$items, $read],
      (items, read) =>
        items.filter((item) => item.type === 'message' && item.author.kind === 'contact' && (item.n ?? 0) > read)
          .length,
    ),
    $read,
    $gone: atom(null),
    $contact: atom({ kind: 'contact', id: row.contact.id, name: row.contact.name, online: row.online }),
    $marks: atom({}),
    send: ({ text, mail, replyTo = null }) => send(text, mail, replyTo),
    attach: async (_files, { caption = '', mail } = {}) => send(caption, mail),
    fileUrl: async (id) => `./${id}`,
    retry(id) {
      const item = $items.get().find((item) => item.id === id)
      if (item?.type !== 'message') throw new PendopoError('not_found', 'unable to send again; no such message')
      $items.set($items.get().filter((other) => other !== item))
      return send(item.text ?? '')
    },
    async discard(id) {
      $items.set($items.get().filter((item) => item.id !== id))
    },
    typing: () => undefined,
    markRead() {
      $read.set($items.get().reduce((last, item) => Math.max(last, item.n ?? 0), 0))
      change({ unread: 0 })
    },
    async loadOlder() {
      $items.set([...$older.get().slice(-50), ...$items.get()])
      $older.set($older.get().slice(0, -50))
    },
    originalMail: async () => ORIGINAL,
    async ruleMail(held, accepted) {
      const mail = $view.get()?.mail ?? null
      const event = $items.get().find((item) => item.type === 'event' && toCommandId(item) === held)
      await happen(
        'mail.ruled',
        { held, accepted },
        { mail: mail === null ? null : { ...mail, held: mail.held.filter((id) => id !== held) } },
        { held: false },
      )
      if (!accepted || event?.type !== 'event') return
      const author: ThreadAuthor = { kind: 'contact', id: row.contact.id, name: row.contact.name }
      const { text = '', mail: content = {} } = event.words ?? {}
      const base = { ...{ id: `let-in-${held}`, n: n++, author, mine: false, text, at: now }, mail: content }
      const message: ThreadMessage = { ...base, ...NEW, type: 'message' }
      $items.set([...$items.get(), message])
    },
    async sendTranscript() {
      if ($view.get()?.mail?.isVerified !== true)
        throw new PendopoError('forbidden', 'unable to send; the address is not verified yet')
      await happen('transcript.requested', {}, {}, {})
    },
    assign: (id) => happen('conversation.assigned', { agent: id, by: 'agent' }, { assignee: id }, { assignee: id }),
    unassign: () =>
      happen('conversation.unassigned', { agent: $view.get()?.assignee }, { assignee: null }, { assignee: null }),
    resolve: (reason) =>
      happen(
        'conversation.closed',
        { by: 'agent', reason },
        { status: 'closed', closedAt: now },
        { status: 'closed', waitingSince: null },
      ),
    reopen: () =>
      happen('conversation.reopened', { by: 'agent' }, { status: 'open', closedAt: null }, { status: 'open' }),
    close: () => undefined,
    add: (item) => $items.set([...$items.get(), item]),
  }
}

const NEW = { status: 'stored', error: null, editedAt: null, replyTo: null } as const

function toView(row: Row, items: readonly ThreadItem[], now: number): ConversationView {
  const messages = items.filter((item) => item.type === 'message')
  const incoming = messages.filter((item) => item.author.kind === 'contact').length
  return {
    id: row.id,
    seq: row.n,
    publicSeq: row.n,
    firstSeq: 1,
    status: row.status,
    channel: row.site,
    contact: row.contact.id,
    identities: [row.contact.id],
    team: null,
    assignee: row.assignee,
    participants: row.assignee === null ? [] : [row.assignee],
    episode: 1,
    openedAt: items[0]?.at ?? now,
    closedAt: row.status === 'closed' ? row.movedAt : null,
    lastAt: row.movedAt,
    movedAt: row.movedAt,
    incoming,
    outgoing: messages.length - incoming,
    lastMessage: null,
    waitingSince: row.waitingSince,
    mail: null,
    page: row.page,
  }
}
