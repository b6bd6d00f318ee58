// Which blocks of a long thread are in the document: those in view and some screens around them. It grows by a block on
// either side at a time, so that no frame draws more than it can. Everything is counted from the end of the thread, as
// the scroller does.

/** Indices of blocks; `end` is behind the last of them. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What is in view, in pixels from the end of the thread. */
export interface View {
  readonly from: number
  readonly to: number
}

/** A screen and a half of the panel is drawn around what is in view, so that a fast reader finds it there … */
const DRAWN_PX = 900

/** … and it stays somewhat longer, so that turning around costs nothing. */
const KEPT_PX = 1_500

type HeightAt = (index: number) => number

/** The blocks that are within so many pixels of what is in view. */
function spanAround(count: number, heightAt: HeightAt, view: View, margin: number): Span {
  let height = 0
  let index = count
  while (index > 0 && height + heightAt(index - 1) <= view.from - margin) height += heightAt(--index)
  const end = index
  while (index > 0 && height <= view.to + margin) height += heightAt(--index)
  return { start: index, end }
}

/** Whether all that is in view is drawn. */
export function isInside(count: number, heightAt: HeightAt, view: View, drawn: Span): boolean {
  const seen = spanAround(count, heightAt, view, 0)
  return drawn.start <= seen.start && seen.end <= drawn.end
}

/** The window after one step. `drawn` is the one before it. */
export function nextWindow(count: number, heightAt: HeightAt, view: View, drawn: Span): Span {
  const seen = spanAround(count, heightAt, view, 0)
  // A leap: nothing of what was drawn is in view.
  if (drawn.end <= seen.start || drawn.start >= seen.end) return seen
  const near = spanAround(count, heightAt, view, DRAWN_PX)
  const far = spanAround(count, heightAt, view, KEPT_PX)
  return {
    start: drawn.start > near.start ? Math.min(drawn.start - 1, seen.start) : Math.max(drawn.start, far.start),
    end: drawn.end < near.end ? Math.max(drawn.end + 1, seen.end) : Math.min(drawn.end, far.end),
  }
}
