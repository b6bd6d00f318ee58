// The reader's place. The scroller is a column in reverse, so the browser counts from the bottom: at 0 it stays at the
// newest message by itself, and what is added above moves nothing. What is left to do is to hold the place of someone who
// reads further up while something below them grows, or turns out taller than it was thought to be (the browser's own
// anchoring is off: Safari has none, and two of them would both correct).

/** Nearer to the end than this counts as being there: a line of text. */
const AT_END_PX = 24

export const isAtEnd = (scroller: HTMLElement): boolean => scroller.scrollTop > -AT_END_PX

/** From the top of the scroller at rest: neither scrolling nor what stands above a bubble changes it. */
const topOf = (bubble: HTMLElement): number => bubble.offsetTop + (bubble.parentElement?.offsetTop ?? 0)

export interface Place {
  /** Takes note of what the reader has before their eyes. */
  note(scroller: HTMLElement): void
  /** Brings it back to where it was. */
  hold(scroller: HTMLElement): void
}

/** Nothing between the scroller and the messages may be positioned. */
export function createPlace(): Place {
  let bubble: HTMLElement | undefined
  let top = 0
  return {
    note(scroller) {
      const { scrollTop } = scroller
      bubble = isAtEnd(scroller)
        ? undefined
        : [...scroller.querySelectorAll<HTMLElement>('.bubble')].find(
            (one) => topOf(one) + one.offsetHeight > scrollTop,
          )
      if (bubble) top = topOf(bubble)
    },
    hold(scroller) {
      if (!bubble?.isConnected) return
      const moved = topOf(bubble) - top
      // A pixel may be rounding, and to scroll would cut short what the reader's own keys have begun.
      if (Math.abs(moved) < 2) return
      top += moved
      scroller.scrollTop += moved
    },
  }
}
