// One open list: its window as stores, and how it is read. Requests of one window never overlap in effect: what was
// asked before a reload and answered after it is dropped.

import { CLIENT_LIMITS, type RequestOf, type Row } from '@pendopo/protocol'
import { atom } from 'nanostores'
import type { Clock, Environment } from '../environment.ts'
import type { InboxList, ListName, ListStatus } from '../inbox-client.ts'
import { PendopoError } from '../pendopo-error.ts'
import { EMPTY_WINDOW, reuseRows, withChanged, withHead, withPage, type ListWindow } from './list-window.ts'

/** Rows of one page: two screens of a tall window. */
const PAGE_ROWS = 50
/** After a refusal that names no time. */
const RETRY_MS = 2_000

export interface LiveWindow {
  readonly list: Omit<InboxList, 'close'>
  readonly request: (query: RequestOf<'list'>) => Promise<ListWindow>
  current(): ListWindow
  /** Asks about these rows again. */
  refresh(ids: readonly string[]): Promise<void>
  /** Reads everything that is shown anew, keeping it on the screen meanwhile. */
  reload(): Promise<void>
  /** Reads the top anew. */
  reloadHead(): Promise<void>
  patch(id: string, change: (row: Row) => Row): void
  clear(): void
  close(): void
}

export interface WindowOptions {
  readonly query: { readonly list: ListName; readonly status: ListStatus }
  readonly request: LiveWindow['request']
  /** What this list looked like when it was closed. */
  readonly known: ListWindow | undefined
  readonly isOnline: () => boolean
  readonly clock: Clock
  readonly log: Environment['log']
}

export function createWindow({ query, request, known, isOnline, clock, log }: WindowOptions): LiveWindow {
  const $rows = atom<readonly Row[]>(known?.rows ?? [])
  const $more = atom(known?.more ?? false)
  const $loading = atom(true)
  /** Counts reloads: answers to what was asked before the last one are stale. */
  let generation = 0
  let isClosed = false
  let cancelRetry: (() => void) | null = null
  let loadingMore: Promise<void> | null = null

  const current = (): ListWindow => ({ rows: $rows.get(), more: $more.get() })

  function show({ rows, more }: ListWindow): void {
    if (rows !== $rows.get()) $rows.set(rows)
    if (more !== $more.get()) $more.set(more)
  }

  const isStale = (mine: number) => isClosed || mine !== generation

  async function reload(): Promise<void> {
    const mine = ++generation
    cancelRetry?.()
    cancelRetry = null
    const wanted = Math.max(PAGE_ROWS, $rows.get().length)
    try {
      let next = EMPTY_WINDOW
      do {
        const limit = Math.min(CLIENT_LIMITS.listRows, wanted - next.rows.length)
        const page = await request({ ...query, ...after(next), limit })
        if (isStale(mine)) return
        next = withPage(next, page)
        if (page.rows.length === 0) break
      } while (next.more && next.rows.length < wanted)
      show({ rows: reuseRows($rows.get(), next.rows), more: next.more })
      $loading.set(false)
    } catch (error) {
      if (!isStale(mine)) retryLater(error)
    }
  }

  /** While connected; a lost connection reads anew when it is back. */
  function retryLater(error: unknown): void {
    log('list.failed', { list: query.list, error: String(error) })
    const wait = error instanceof PendopoError ? error.retryAfter : null
    if (isOnline()) cancelRetry = clock.after(wait ?? RETRY_MS, () => void reload())
  }

  async function readMore(): Promise<void> {
    const mine = generation
    const page = await request({ ...query, ...after(current()), limit: PAGE_ROWS })
    if (!isStale(mine)) show(withPage(current(), page))
  }

  if (isOnline()) void reload()

  return {
    request,
    current,
    reload,
    list: {
      $rows,
      $more,
      $loading,
      loadMore() {
        if (!$more.get() || $loading.get()) return Promise.resolve()
        loadingMore ??= readMore().finally(() => (loadingMore = null))
        return loadingMore
      },
    },
    async refresh(ids) {
      if ($loading.get()) return
      const mine = generation
      const { rows } = await request({ ...query, ids: [...ids] })
      if (!isStale(mine)) show(withChanged(current(), ids, rows))
    },
    async reloadHead() {
      if ($loading.get()) return reload()
      const mine = generation
      const asked = { ...query, limit: Math.min(CLIENT_LIMITS.listRows, Math.max(PAGE_ROWS, $rows.get().length)) }
      try {
        const head = await request(asked)
        if (!isStale(mine)) show(withHead(current(), head))
      } catch (error) {
        // The next beat looks again.
        log('list.failed', { list: query.list, error: String(error) })
      }
    },
    patch(id, change) {
      const rows = $rows.get()
      const next = rows.map((row) => (row.id === id ? change(row) : row))
      if (next.some((row, index) => row !== rows[index])) $rows.set(next)
    },
    clear() {
      generation++
      $loading.set(true)
      show(EMPTY_WINDOW)
    },
    close() {
      isClosed = true
      cancelRetry?.()
    },
  }
}

/** The keyset to read on from. */
function after({ rows }: ListWindow): { after?: { movedAt: number; id: string } } {
  const last = rows[rows.length - 1]
  return last === undefined ? {} : { after: { movedAt: last.movedAt, id: last.id } }
}
