// Keeps a reader's place in a thread that grows at both ends. At the newest message it stays there; anywhere else the
// line under the reader's eyes stays where it is, whatever is added above or below. Browsers anchor scrolling by
// themselves, but not at the very top and not all of them: so theirs is off (`overflow-anchor: none`) and this is on.

import type { RefObject } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keepAnchor, toAnchors, type Anchor } from './anchors.ts'

/** So near to the end counts as at the end: half a line of text. */
const AT_END_PX = 24
/** What is not in the document yet is asked for this far before the edge is reached. */
const NEAR_PX = 400

export interface PlaceKeeper {
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly atEnd: boolean
  readonly nearTop: boolean
  readonly nearEnd: boolean
  readonly toEnd: () => void
}

/**
 * `content`: changes whenever blocks do. Entries in the viewport carry `data-key`. `isWhole`: whether the newest is among
 * them; only then is the end a place to stay at.
 */
export function usePlaceKeeper(content: unknown, isWhole: boolean): PlaceKeeper {
  const viewport = useRef<HTMLDivElement>(null)
  const anchors = useRef<readonly Anchor[]>([])
  const sticking = useRef(true)
  const [atEnd, setAtEnd] = useState(true)
  const [nearTop, setNearTop] = useState(false)
  const [nearEnd, setNearEnd] = useState(true)
  const whole = useRef(isWhole)
  whole.current = isWhole

  const restore = useCallback(() => {
    const element = viewport.current
    if (element === null) return
    if (sticking.current) element.scrollTop = element.scrollHeight
    else keepAnchor(element, anchors.current)
    // The scroll event comes a frame later: whoever asks meanwhile must not see the old answer.
    setNearTop(element.scrollTop < NEAR_PX)
    setNearEnd(below(element) < NEAR_PX)
  }, [])

  const toEnd = useCallback(() => {
    sticking.current = true
    setAtEnd(true)
    restore()
  }, [restore])

  useLayoutEffect(restore, [content, restore])

  useEffect(() => {
    const element = viewport.current
    const inner = element?.firstElementChild
    if (element === null || inner === null || inner === undefined) return undefined
    const onScroll = () => {
      sticking.current = whole.current && below(element) <= AT_END_PX
      anchors.current = toAnchors(element)
      setAtEnd(sticking.current)
      setNearTop(element.scrollTop < NEAR_PX)
      setNearEnd(below(element) < NEAR_PX)
    }
    // The composer grew, a font arrived, "show more" opened: the place is kept through these too.
    const observer = new ResizeObserver(restore)
    observer.observe(element)
    observer.observe(inner)
    onScroll()
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      element.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }, [restore])

  return { viewport, atEnd, nearTop, nearEnd, toEnd }
}

const below = (element: HTMLElement): number => element.scrollHeight - element.scrollTop - element.clientHeight
