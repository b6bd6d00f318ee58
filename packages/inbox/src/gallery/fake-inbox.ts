// An inbox in memory, for the gallery and for tests of components: the real interface, data made up from a number, no
// network. Whether an inbox behaves is tested elsewhere, against the real client.

import {
  PendopoError,
  type AgentConversation,
  type AgentWelcome,
  type Colleague,
  type ConnectionStatus,
  type Inbox,
  type InboxList,
  type InboxSettings,
  type Row,
  type ThreadAuthor,
  type ThreadItem,
} from '@pendopo/sdk/inbox'
import { atom, computed } from 'nanostores'
import { createFakeConversation, type FakeThread } from './fake-conversation.ts'
import { createFakeSettings } from './fake-settings.ts'

export interface FakeInboxOptions {
  readonly rows: readonly Row[]
  readonly thread: (row: Row) => FakeThread
  readonly signedIn?: boolean
  readonly connection?: ConnectionStatus
  readonly now: number
  readonly settings?: InboxSettings
  readonly role?: Colleague['role']
}

export const AYU: AgentWelcome['agent'] = {
  id: '0197a000-0000-7000-8000-00000000a001',
  name: 'Ayu Lestari',
  email: 'ayu@acme.example',
  role: 'admin',
  sight: 'all',
  presence: 'online',
  connected: true,
}

export const COLLEAGUES: readonly Colleague[] = [
  AYU,
  {
    id: '0197a000-0000-7000-8000-00000000a002',
    name: 'Dewi Anggraini',
    role: 'agent',
    presence: 'online',
    connected: true,
  },
  {
    id: '0197a000-0000-7000-8000-00000000a003',
    name: 'Rizal Hakim',
    role: 'agent',
    presence: 'break',
    connected: true,
  },
  {
    id: '0197a000-0000-7000-8000-00000000a004',
    name: 'Tom Okafor',
    role: 'supervisor',
    presence: 'online',
    connected: false,
  },
]

export interface FakeInbox extends Inbox {
  /** A contact writes. */
  receive(id: string, text: string): void
  setConnection(status: ConnectionStatus): void
}

export function createFakeInbox(options: FakeInboxOptions): FakeInbox {
  const $rows = atom(options.rows)
  const $session = atom<'unknown' | 'signed-out' | 'signed-in'>(options.signedIn === false ? 'signed-out' : 'signed-in')
  const $agent = atom<AgentWelcome['agent'] | null>(
    options.signedIn === false ? null : { ...AYU, role: options.role ?? AYU.role },
  )
  const $connection = atom<ConnectionStatus>(options.connection ?? 'online')
  const $typing = atom<Readonly<Record<string, readonly ThreadAuthor[]>>>({})
  const conversations = new Map<string, AgentConversation & { add(item: ThreadItem): void }>()
  const incoming = new Set<(row: Row) => void>()

  const change = (id: string, change: Partial<Row>) =>
    $rows.set(
      $rows
        .get()
        .map((row) => (row.id === id ? { ...row, ...change } : row))
        .toSorted((a, b) => b.movedAt - a.movedAt),
    )

  function conversation(id: string) {
    const known = conversations.get(id)
    if (known !== undefined) return known
    const row = $rows.get().find((row) => row.id === id)
    if (row === undefined) throw new PendopoError('not_found', 'unable to open; no such conversation')
    const made = createFakeConversation({
      row,
      agent: AYU,
      thread: options.thread(row),
      now: options.now,
      change: (over) => change(id, over),
    })
    conversations.set(id, made)
    const typing = made.$typing.get()
    if (typing.length > 0) $typing.set({ ...$typing.get(), [id]: typing })
    return made
  }

  const list = ({ list, status }: Parameters<Inbox['list']>[0]): InboxList => ({
    $rows: computed($rows, (rows) =>
      rows.filter((row) => isIn(row, list) && (status === 'all' || row.status === status)),
    ),
    $more: atom(false),
    $loading: atom(false),
    loadMore: () => Promise.resolve(),
    close: () => undefined,
  })

  return {
    $session,
    $connection,
    $error: atom(null),
    $agent,
    $colleagues: atom(COLLEAGUES),
    $sites: atom([{ id: 'acme', name: 'Acme', mail: true }]),
    $counts: computed($rows, (rows) => {
      const open = rows.filter((row) => row.status === 'open')
      const count = (name: Parameters<typeof isIn>[1]) => Math.min(100, open.filter((row) => isIn(row, name)).length)
      return { mine: count('mine'), unassigned: count('unassigned'), all: count('all') }
    }),
    $typing,
    async signIn({ email, password, code }) {
      if (password === 'often') throw new PendopoError('rate_limited', 'unable to sign in', { retryAfter: 540_000 })
      if (password !== 'password') throw new PendopoError('wrong_credentials', 'unable to sign in')
      if (email.startsWith('two-step') && code === undefined) return 'needs-code'
      if (email.startsWith('two-step') && code !== '123456')
        throw new PendopoError('wrong_credentials', 'unable to sign in')
      $agent.set(AYU)
      $session.set('signed-in')
      return 'signed-in'
    },
    twoStep: {
      status: async () => ({ on: false, recoveryCodes: 0 }),
      begin: async () => ({
        secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
        uri: 'otpauth://totp/Pendopo:ayu%40acme.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Pendopo',
      }),
      confirm: async () => ['ABCD-EFGH-2345-6723'],
      turnOff: () => Promise.resolve(),
    },
    settings: options.settings ?? createFakeSettings(),
    async signOut() {
      $agent.set(null)
      $session.set('signed-out')
    },
    async signOutEverywhere() {
      $agent.set(null)
      $session.set('signed-out')
    },
    async changePassword({ current }) {
      if (current !== 'password') throw new PendopoError('wrong_credentials', 'unable to change the password')
    },
    list,
    conversation,
    async setPresence(presence) {
      $agent.set({ ...AYU, presence })
    },
    onIncoming(listener) {
      incoming.add(listener)
      return () => void incoming.delete(listener)
    },
    close: () => Promise.resolve(),
    setConnection: (status) => $connection.set(status),
    receive(id, text) {
      const before = $rows.get().find((row) => row.id === id)
      if (before === undefined) return
      const at = options.now
      change(id, {
        last: { text, at, direction: 'in' },
        movedAt: at,
        unread: before.unread + 1,
        waitingSince: before.waitingSince ?? at,
      })
      const author: ThreadAuthor = { kind: 'contact', id: before.contact.id, name: before.contact.name }
      conversation(id).add({
        type: 'message',
        id: `in-${at}-${text}`,
        n: before.n + 1,
        author,
        mine: false,
        text,
        at,
        status: 'stored',
        error: null,
        editedAt: null,
        replyTo: null,
      })
      const row = $rows.get().find((row) => row.id === id)
      if (row !== undefined) for (const listener of incoming) listener(row)
    },
  }
}

function isIn(row: Row, list: 'mine' | 'unassigned' | 'all'): boolean {
  if (list === 'all') return true
  return list === 'mine' ? row.assignee === AYU.id : row.assignee === null
}
