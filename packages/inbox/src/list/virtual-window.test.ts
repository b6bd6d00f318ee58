import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { scrollToShow, toVirtualWindow } from './virtual-window.ts'

describe('the rows that exist', () => {
  it('[IN5] are those in sight and a few around them', () => {
    expect(toVirtualWindow({ count: 5_000, rowHeight: 64, scrollTop: 0, height: 640 })).toEqual({ start: 0, end: 19 })
    expect(toVirtualWindow({ count: 5_000, rowHeight: 64, scrollTop: 64_000, height: 640 })).toEqual({
      start: 992,
      end: 1_019,
    })
    expect(toVirtualWindow({ count: 3, rowHeight: 64, scrollTop: 0, height: 640 })).toEqual({ start: 0, end: 3 })
    expect(toVirtualWindow({ count: 0, rowHeight: 64, scrollTop: 500, height: 640 })).toEqual({ start: 0, end: 0 })
  })

  it('[IN5] always cover what is in sight and never grow with the list', () => {
    const numbers = fc.record({
      count: fc.nat(100_000),
      rowHeight: fc.constantFrom(48, 64),
      scrollTop: fc.integer({ min: -500, max: 7_000_000 }),
      height: fc.nat(3_000),
    })
    fc.assert(
      fc.property(numbers, (input) => {
        const { start, end } = toVirtualWindow(input)
        expect(start).toBeGreaterThanOrEqual(0)
        expect(end).toBeLessThanOrEqual(input.count)
        expect(end - start).toBeLessThanOrEqual(input.height / input.rowHeight + 19)
        const seen = Math.floor(Math.max(0, input.scrollTop) / input.rowHeight)
        if (seen < input.count && input.height > 0) expect(start <= seen && seen < end).toBe(true)
      }),
    )
  })

  it('[IN5] come into sight by the shortest way', () => {
    const view = { rowHeight: 64, scrollTop: 640, height: 320 }
    expect(scrollToShow(12, view)).toBe(640)
    expect(scrollToShow(2, view)).toBe(128)
    expect(scrollToShow(20, view)).toBe(1_024)
  })
})
