import { describe, expect, it } from 'vitest'
import { moveWindow, toWindow, type WindowEnd } from './block-window.ts'
import type { Block } from './to-blocks.ts'

const make = (from: number, to: number): Block[] =>
  Array.from({ length: to - from }, (_, index) => ({ type: 'day', key: `b${from + index}`, at: 0 }))
const keysOf = (blocks: readonly Block[], place: WindowEnd) => {
  const { start, end } = toWindow(blocks, place)
  return [blocks[start]?.key, blocks[end - 1]?.key, end - start]
}

describe('the part of a thread in the document', () => {
  it('[IN20] is all of a short one, and follows the newest', () => {
    expect(keysOf(make(0, 12), null)).toEqual(['b0', 'b11', 12])
    expect(keysOf(make(0, 1_000), null)).toEqual(['b840', 'b999', 160])
    expect(keysOf(make(0, 1_001), null)).toEqual(['b841', 'b1000', 160])
  })

  it('[IN20] moves by less than its size, to the oldest and back', () => {
    const blocks = make(0, 400)
    let place: WindowEnd = null
    const steps: unknown[] = []
    while (toWindow(blocks, place).start > 0) {
      place = moveWindow(blocks, toWindow(blocks, place), 'older')
      steps.push(keysOf(blocks, place))
    }
    expect(steps).toEqual([
      ['b180', 'b339', 160],
      ['b120', 'b279', 160],
      ['b60', 'b219', 160],
      ['b0', 'b159', 160],
    ])
    for (let step = 0; step < 4; step++) place = moveWindow(blocks, toWindow(blocks, place), 'newer')
    expect(place).toBeNull()
  })

  it('[IN20] stays where it is while the thread grows at both ends, even when its last block has another name', () => {
    const place = moveWindow(make(0, 400), toWindow(make(0, 400), null), 'older')
    expect(keysOf(make(-50, 410), place)).toEqual(['b180', 'b339', 160])
    const renamed = make(-50, 400).map((block) => (block.key === 'b339' ? { ...block, key: 'other' } : block))
    expect(keysOf(renamed, place)).toEqual(['b180', 'other', 160])
  })
})
