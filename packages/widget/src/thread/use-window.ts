// Keeps only the blocks around the reader in the document; room is held for the others, as tall as they were when they
// were last drawn. One step a frame, and the reader's place stays as it is through all of them. What is in view is drawn
// at once, what is near it between two frames: a frame of scrolling has enough to do.

import type { RefObject } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { isInside, nextWindow, type Span } from './block-window.ts'
import type { Block } from './blocks.ts'
import { createPlace } from './place.ts'

/** What a message that was never drawn is taken for; who comes to it from above is held in place. */
const MESSAGE_PX = 56

/** Drawn before anything is known about heights: about what the panel shows at first. */
const FIRST_BLOCKS = 2

/** Takes note of the height of a block's element; returns what stops that. */
export type Watch = (element: HTMLElement, key: number) => () => void

export interface ThreadWindow extends Span {
  /** The room of the blocks before and behind it, in pixels. */
  readonly above: number
  readonly below: number
  readonly watch: Watch
  /** Draws this block, wherever it is. */
  readonly leap: (index: number) => void
  /** Something may have come into view. */
  readonly follow: () => void
}

/** The part of a thread that is to be drawn now. */
export function useWindow(blocks: readonly Block[], scroller: RefObject<HTMLElement | null>): ThreadWindow {
  /** The keys of its first and last block; `Infinity` for the newest, whatever comes. */
  const [[first = 0, last = 0], setKeys] = useState([Infinity, Infinity])
  const step = useRef((_isFrame: boolean) => {})
  const { heights, place, watch, follow, observer } = useMemo(() => {
    const heights = new Map<number, number>()
    const keys = new WeakMap<Element, number>()
    const place = createPlace()
    let width = 0
    let frame = 0
    const follow = (): void => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        step.current(true)
      })
    }
    // Nothing is drawn from in here, or the browser would complain to the page about a loop.
    const observer = new ResizeObserver((entries) => {
      for (const { target, borderBoxSize, contentRect } of entries) {
        const key = keys.get(target)
        if (key !== undefined) heights.set(key, borderBoxSize[0]?.blockSize ?? 0)
        else if (width !== contentRect.width) {
          // Text breaks elsewhere now: what is not drawn is as good as never seen.
          width = contentRect.width
          heights.clear()
        }
      }
      if (scroller.current) place.hold(scroller.current)
      follow()
    })
    const watch: Watch = (element, key) => {
      keys.set(element, key)
      observer.observe(element)
      return () => observer.unobserve(element)
    }
    return { heights, place, watch, follow, observer }
  }, [])

  const count = blocks.length
  const indexOf = (isIt: (block: Block) => boolean): number => {
    const index = blocks.findIndex(isIt)
    return index === -1 ? count : index
  }
  const start = Math.min(
    indexOf(({ key }) => key >= first),
    Math.max(0, count - FIRST_BLOCKS),
  )
  const end = indexOf(({ key }) => key > last)
  const heightAt = (index: number): number => {
    const block = blocks[index]
    return block ? (heights.get(block.key) ?? block.items.length * MESSAGE_PX) : 0
  }
  const room = (from: number, to: number): number => {
    let height = 0
    for (let index = from; index < to; index++) height += heightAt(index)
    return height
  }

  const below = room(end, count)
  const draw = (span: Span): void =>
    setKeys([blocks[span.start]?.key ?? Infinity, span.end < count ? (blocks[span.end - 1]?.key ?? 0) : Infinity])

  step.current = (isFrame) => {
    const element = scroller.current
    if (!element) return
    place.note(element)
    // Heights may be known better by now than when the room below was made.
    const from = room(end, count) - below - element.scrollTop
    const view = { from, to: from + element.clientHeight }
    const next = nextWindow(count, heightAt, view, { start, end })
    if (next.start === start && next.end === end) return
    if (isFrame && isInside(count, heightAt, view, { start, end })) setTimeout(() => step.current(false))
    else draw(next)
  }

  useLayoutEffect(() => {
    const element = scroller.current
    if (element) observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useLayoutEffect(() => {
    if (scroller.current) place.hold(scroller.current)
    follow()
  }, [blocks, start, end, below])

  const leap = (index: number): void => draw({ start: index, end: index + FIRST_BLOCKS })
  return { start, end, above: room(0, start), below, watch, leap, follow }
}
