// The live lists of an agent. A list is a query, not a stream: hints say that something changed, the changed rows are
// asked for again (coalesced), and the windows take them in. A hint that is lost is found on a slow beat. It knows
// neither threads nor sessions.

import { CLIENT_LIMITS, type AgentWelcome, type Counts, type Row } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import type { UnreadHint } from '../thread/unread.ts'
import type { InboxList, ListName, ListStatus } from '../inbox-client.ts'
import { createWindow, type LiveWindow } from './live-window.ts'
import type { ListWindow } from './list-window.ts'

/** Hints of one commit come together; people do not see less. */
const COALESCE_MS = 60
/** A busy workspace asks no oftener than this: three requests a second leave room for everything else. */
const REST_MS = 300
/** How late a lost hint may be noticed while somebody looks. */
const BEAT_MS = 60_000

export interface AgentLists {
  readonly $counts: ReadableAtom<Counts | null>
  open(query: { readonly list: ListName; readonly status: ListStatus }): InboxList
  /** Something of these conversations may have changed. */
  touch(ids: readonly string[]): void
  /** The own read mark: rows up to it have nothing unread, whatever the server still says. */
  read(id: string, upTo: number): void
  /** Unread messages of a conversation as some list knows them. */
  unreadOf(id: string): UnreadHint | undefined
  onIncoming(listener: (row: Row) => void): () => void
  /** Forgets what was shown: another agent may follow. */
  reset(): void
  close(): void
}

export function createAgentLists(
  connection: Connection<AgentWelcome>,
  { clock, attention, log }: Pick<Environment, 'clock' | 'attention' | 'log'>,
): AgentLists {
  const $counts = atom<Counts | null>(null)
  const windows = new Set<LiveWindow>()
  /** The last rows of lists that were closed: the same list opens with them. */
  const known = new Map<string, ListWindow>()
  const incoming = new Set<(row: Row) => void>()
  const readUpTo = new Map<string, number>()
  /** When the last message was written, by conversation. */
  const lastAt = new Map<string, number>()
  const touched = new Set<string>()
  /** Messages up to here are no news; `null` until the first look. */
  let newsAfter: number | null = null
  let isAsking = false
  let cancelAsk: (() => void) | null = null
  let cancelBeat: (() => void) | null = null

  const asRead = (row: Row): Row =>
    row.unread > 0 && (readUpTo.get(row.id) ?? 0) >= row.n ? { ...row, unread: 0 } : row

  const request: LiveWindow['request'] = async (query) => {
    const { rows, more, counts } = await connection.request('list', query)
    const shown = $counts.get()
    if (shown?.mine !== counts.mine || shown.unassigned !== counts.unassigned || shown.all !== counts.all)
      $counts.set(counts)
    return { rows: rows.map(asRead), more }
  }

  function touch(ids: readonly string[]): void {
    for (const id of ids) touched.add(id)
    schedule(COALESCE_MS)
  }

  function schedule(ms: number): void {
    if (cancelAsk !== null || isAsking || touched.size === 0 || !connection.isOnline()) return
    cancelAsk = clock.after(ms, () => {
      cancelAsk = null
      void ask()
    })
  }

  async function ask(): Promise<void> {
    const ids = [...touched].slice(0, CLIENT_LIMITS.listRows)
    for (const id of ids) touched.delete(id)
    isAsking = true
    try {
      const [{ rows }] = await Promise.all([
        request({ list: 'all', status: 'all', ids }),
        ...[...windows].map((window) => window.refresh(ids)),
      ])
      for (const row of rows) notice(row)
    } catch (error) {
      log('lists.failed', { error: String(error) })
      // The next welcome reads everything anew; a refusal while connected is tried again.
      for (const id of ids) touched.add(id)
    } finally {
      isAsking = false
      schedule(REST_MS)
    }
  }

  /** Tells of a message from a contact that was not there before. */
  function notice(row: Row): void {
    const { id, last } = row
    if (last === null) return
    const isNews = newsAfter !== null && last.at > (lastAt.get(id) ?? newsAfter)
    lastAt.set(id, last.at)
    if (isNews && last.direction === 'in' && row.unread > 0) for (const listener of incoming) listener(row)
  }

  /** After each welcome: whatever happened meanwhile. */
  async function catchUp(): Promise<void> {
    touched.clear()
    for (const window of windows) void window.reload()
    try {
      const { rows } = await request({ list: 'all', status: 'all', limit: CLIENT_LIMITS.listRows })
      for (const row of rows) notice(row)
      newsAfter ??= rows.reduce((latest, { movedAt }) => Math.max(latest, movedAt), 0)
    } catch (error) {
      log('lists.failed', { error: String(error) })
    }
  }

  function beat(): void {
    cancelBeat?.()
    cancelBeat = clock.after(BEAT_MS, () => {
      look()
      beat()
    })
  }

  /** What is shown is compared with the server while somebody looks. */
  function look(): void {
    if (!attention.isVisible() || !connection.isOnline()) return
    for (const window of windows) void window.reloadHead()
  }

  const stops = [
    connection.onOnline(() => {
      void catchUp()
      beat()
    }),
    connection.onPacket('hint', ({ conversations }) => touch(conversations.map(({ id }) => id))),
    connection.onPacket('events', (packet) => touch(packet.map(({ conversation }) => conversation))),
    connection.onPacket('gone', ({ conversation }) => touch([conversation])),
    attention.onChange(look),
    () => cancelAsk?.(),
    () => cancelBeat?.(),
  ]

  return {
    $counts,
    touch,
    open(query) {
      const key = `${query.list}:${query.status}`
      const window = createWindow({ query, request, known: known.get(key), isOnline: connection.isOnline, clock, log })
      windows.add(window)
      return {
        ...window.list,
        close() {
          if (!windows.delete(window)) return
          if (!window.list.$loading.get()) known.set(key, window.current())
          window.close()
        },
      }
    },
    read(id, upTo) {
      if ((readUpTo.get(id) ?? 0) >= upTo) return
      readUpTo.set(id, upTo)
      for (const window of windows) window.patch(id, asRead)
    },
    unreadOf(id) {
      for (const window of windows) {
        const row = window.current().rows.find((row) => row.id === id)
        if (row !== undefined) return row
      }
      return undefined
    },
    onIncoming(listener) {
      incoming.add(listener)
      return () => void incoming.delete(listener)
    },
    reset() {
      known.clear()
      readUpTo.clear()
      lastAt.clear()
      touched.clear()
      newsAfter = null
      $counts.set(null)
      for (const window of windows) window.clear()
    },
    close() {
      for (const stop of stops.splice(0)) stop()
      for (const window of windows) window.close()
      windows.clear()
      incoming.clear()
    },
  }
}
