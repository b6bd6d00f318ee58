import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isInside, nextWindow, type Span, type View } from './block-window.ts'

const TALL = 300
const SCREEN = 500

/** Steps until nothing changes; every step is given to `see`. */
function settle(count: number, view: View, drawn: Span, see: (span: Span, before: Span) => void = () => {}): Span {
  for (let span = drawn; ;) {
    const next = nextWindow(count, () => TALL, view, span)
    if (next.start === span.start && next.end === span.end) return span
    see(next, span)
    span = next
  }
}

test('[WG26] however long the thread, a few screens of it are drawn', () => {
  const { start, end } = settle(2_000, { from: 100_000, to: 100_000 + SCREEN }, { start: 1_998, end: 2_000 })
  expect((end - start) * TALL).toBeLessThan(6 * SCREEN)
  expect((2_000 - end) * TALL).toBeLessThan(100_000)
  expect((2_000 - start) * TALL).toBeGreaterThan(100_000 + SCREEN)
})

test('[WG26] it grows by a block on either side at a time, and not at all while one turns around', () => {
  const wide = settle(100, { from: 9_000, to: 9_000 + SCREEN }, { start: 68, end: 70 }, (next, before) => {
    if (next.start < before.start && before.start < before.end) expect(before.start - next.start).toBeLessThanOrEqual(1)
  })
  const further = settle(100, { from: 9_500, to: 9_500 + SCREEN }, wide)
  expect(nextWindow(100, () => TALL, { from: 9_000, to: 9_000 + SCREEN }, further)).toEqual(further)
})

test('[WG26] what is in view is drawn in one step, wherever one leaps, and the window comes to rest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 60 }),
      fc.nat(60_000),
      fc.nat(60),
      fc.nat(60),
      (heights, above, one, other) => {
        const count = heights.length
        const total = heights.reduce((sum, height) => sum + height, 0)
        const from = Math.max(0, Math.min(above, total - SCREEN))
        const view = { from, to: from + SCREEN }
        let span: Span = { start: Math.min(one, other, count), end: Math.min(Math.max(one, other), count) }
        const heightAt = (index: number) => heights[index] ?? 0
        for (let step = 0; step < 3 * count + 3; step++) {
          span = nextWindow(count, heightAt, view, span)
          expect(isInside(count, heightAt, view, span)).toBe(true)
          let y = 0
          for (let index = count - 1; index >= 0; index--) {
            const bottom = y
            y += heightAt(index)
            if (y > view.from && bottom < view.to) {
              expect(span.start).toBeLessThanOrEqual(index)
              expect(span.end).toBeGreaterThan(index)
            }
          }
        }
        expect(nextWindow(count, heightAt, view, span)).toEqual(span)
      },
    ),
    { numRuns: 300 },
  )
})

test('[WG26] it is told whether a part of what is in view is missing', () => {
  const view = { from: 9_100, to: 9_100 + SCREEN }
  const { start, end } = settle(100, view, { start: 68, end: 70 })
  const isDrawn = (span: Span) => isInside(100, () => TALL, view, span)
  expect(isDrawn({ start, end })).toBe(true)
  // From the end of the thread: block 69 ends at 9,000 pixels, block 67 begins at 9,900.
  expect(isDrawn({ start: 67, end: 70 })).toBe(true)
  expect(isDrawn({ start: 69, end: 70 })).toBe(false)
  expect(isDrawn({ start: 67, end: 69 })).toBe(false)
})

test('[WG26] an empty thread is an empty window', () => {
  expect(nextWindow(0, () => TALL, { from: 0, to: SCREEN }, { start: 0, end: 0 })).toEqual({ start: 0, end: 0 })
})
