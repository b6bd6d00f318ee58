// Keeps the reader's place. The scroller is a column in reverse, so the browser counts from the bottom: at 0 it stays at
// the newest message by itself, and older pages, late layout and a growing composer move nothing. What is left to do is
// to hold the place of someone who reads further up while messages come in below (anchoring is off: Safari has none, and
// two of them would both correct).

import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Nearer to the end than this counts as being there: a line of text. */
const AT_END_PX = 24

export const isAtEnd = (scroller: HTMLElement): boolean => scroller.scrollTop > -AT_END_PX

const topOf = (element: HTMLElement): number => element.getBoundingClientRect().top

/** `last` changes whenever something is added below; `block` is the element whose place is held. */
export function useHeldPlace(
  scroller: RefObject<HTMLElement | null>,
  block: RefObject<HTMLElement | null>,
  last: unknown,
): void {
  const held = useRef<{ readonly element: HTMLElement; readonly top: number } | null>(null)
  const previous = useRef(last)
  // Measured while rendering, which is the last moment before the nodes change.
  if (previous.current !== last) {
    const element = block.current
    const isAway = scroller.current !== null && !isAtEnd(scroller.current)
    held.current = element !== null && isAway ? { element, top: topOf(element) } : null
  }
  useLayoutEffect(() => {
    previous.current = last
    const place = held.current
    held.current = null
    if (place?.element.isConnected && scroller.current) scroller.current.scrollTop += topOf(place.element) - place.top
  }, [last])
}
