// A window of a list as pure data: pages appended at the bottom, rows replaced as they change, most recently moved
// first. A row that did not change keeps its identity, so that a list of thousands redraws one row.

import type { Row } from '@pendopo/protocol'

export interface ListWindow {
  readonly rows: readonly Row[]
  /** Whether the server has rows below these. */
  readonly more: boolean
}

export const EMPTY_WINDOW: ListWindow = { rows: [], more: false }

/** The list's order: most recently moved first, ids decide among equals. */
export const byMoved = (a: Row, b: Row): number => b.movedAt - a.movedAt || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1)

/** With the page below the last row. */
export function withPage({ rows }: ListWindow, page: ListWindow): ListWindow {
  const known = new Set(rows.map(({ id }) => id))
  return { rows: [...rows, ...page.rows.filter(({ id }) => !known.has(id))], more: page.more }
}

/**
 * After asking again about `asked`: those in `fresh` belong to the list now, the others have left it. A row that moved
 * below the window leaves too: it comes back with its page.
 */
export function withChanged(window: ListWindow, asked: readonly string[], fresh: readonly Row[]): ListWindow {
  const { rows, more } = window
  const gone = new Set(asked)
  const last = rows[rows.length - 1]
  const isWithin = (row: Row) => !more || last === undefined || byMoved(row, last) <= 0
  const kept = rows.filter(({ id }) => !gone.has(id))
  const entering = reuseRows(rows, fresh.filter(isWithin))
  const next = [...kept, ...entering].sort(byMoved)
  return isSameList(rows, next) ? window : { rows: next, more }
}

/** With its first rows read anew: what the page reaches down to is the page's, what is below stays. */
export function withHead(window: ListWindow, head: ListWindow): ListWindow {
  const last = head.rows[head.rows.length - 1]
  const rows = reuseRows(window.rows, head.rows)
  if (!head.more || last === undefined)
    return isSameList(window.rows, rows) && !window.more ? window : { rows, more: false }
  const ids = new Set(rows.map(({ id }) => id))
  const below = window.rows.filter((row) => !ids.has(row.id) && byMoved(row, last) > 0)
  const next = [...rows, ...below]
  // With nothing below, the head's word on what follows is the latest.
  const more = below.length === 0 ? head.more : window.more
  return isSameList(window.rows, next) && more === window.more ? window : { rows: next, more }
}

/** The fresh rows, each the former object where nothing about it changed. */
export function reuseRows(former: readonly Row[], fresh: readonly Row[]): readonly Row[] {
  const byId = new Map(former.map((row) => [row.id, row]))
  return fresh.map((row) => {
    const known = byId.get(row.id)
    return known !== undefined && JSON.stringify(known) === JSON.stringify(row) ? known : row
  })
}

const isSameList = (a: readonly Row[], b: readonly Row[]): boolean =>
  a.length === b.length && a.every((row, index) => row === b[index])
