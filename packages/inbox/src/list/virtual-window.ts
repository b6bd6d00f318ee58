// Which rows of a long list are worth a DOM node. All rows are equally high, so this is arithmetic; rows of differing
// heights would need measuring, and a library for that.

export interface VirtualWindow {
  /** First index, and the one after the last. */
  readonly start: number
  readonly end: number
}

/** Rows rendered beyond each edge: one page of a fast wheel without blank ground. */
const OVERSCAN = 8

export function toVirtualWindow(input: {
  readonly count: number
  readonly rowHeight: number
  readonly scrollTop: number
  readonly height: number
}): VirtualWindow {
  const { count, rowHeight, scrollTop, height } = input
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const start = Math.max(0, Math.min(first, count) - OVERSCAN)
  const end = Math.min(count, first + Math.ceil(height / rowHeight) + 1 + OVERSCAN)
  return { start, end: Math.max(start, end) }
}

/** Where to scroll so that a row is wholly visible; `scrollTop` itself where it already is. */
export function scrollToShow(
  index: number,
  view: { readonly rowHeight: number; readonly scrollTop: number; readonly height: number },
): number {
  const top = index * view.rowHeight
  if (top < view.scrollTop) return top
  const bottom = top + view.rowHeight
  return bottom > view.scrollTop + view.height ? bottom - view.height : view.scrollTop
}
