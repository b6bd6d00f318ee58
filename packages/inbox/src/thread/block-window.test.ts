import type { ThreadItem } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import { moveWindow, toWindow, type WindowEnd } from './block-window.ts'
import { toBlocks, type Block } from './to-blocks.ts'

const make = (from: number, to: number): Block[] =>
  Array.from({ length: to - from }, (_, index) => ({ type: 'day', key: `b${from + index}`, at: 0 }))
const keysOf = (blocks: readonly Block[], place: WindowEnd) => {
  const { start, end } = toWindow(blocks, place)
  return [blocks[start]?.key, blocks[end - 1]?.key, end - start]
}

describe('the part of a thread in the document', () => {
  it('[IN20] is all of a short one, and follows the newest', () => {
    expect(keysOf(make(0, 12), null)).toEqual(['b0', 'b11', 12])
    expect(keysOf(make(0, 1_000), null)).toEqual(['b760', 'b999', 240])
    expect(keysOf(make(0, 1_001), null)).toEqual(['b761', 'b1000', 240])
  })

  it('[IN20] moves by less than its size, to the oldest and back', () => {
    const blocks = make(0, 500)
    let place: WindowEnd = null
    const steps: unknown[] = []
    while (toWindow(blocks, place).start > 0) {
      place = moveWindow(blocks, toWindow(blocks, place), 'older')
      steps.push(keysOf(blocks, place).slice(0, 2))
    }
    expect(steps).toEqual([
      ['b180', 'b419'],
      ['b100', 'b339'],
      ['b20', 'b259'],
      ['b0', 'b179'],
    ])
    for (let step = 0; step < 4; step++) place = moveWindow(blocks, toWindow(blocks, place), 'newer')
    expect(place).toBeNull()
  })

  it('[IN20] counts messages, however they are grouped', () => {
    const at = 1_000_000
    const author = { kind: 'contact', id: 'c', name: 'Sari' } as const
    const items = Array.from({ length: 2_000 }, (_, index): ThreadItem => ({
      type: 'message',
      id: `m${index}`,
      n: index + 1,
      author,
      mine: false,
      text: 'x',
      at: at + index,
      status: 'stored',
      error: null,
      editedAt: null,
      replyTo: null,
    }))
    const blocks = toBlocks(items, null)
    const { start, end } = toWindow(blocks, null)
    const shown = blocks.slice(start, end).flatMap((block) => (block.type === 'group' ? block.messages : []))
    expect(shown).toHaveLength(240)
  })

  it('[IN20] stays where it is while the thread grows at both ends, even when its last block has another name', () => {
    const place = moveWindow(make(0, 500), toWindow(make(0, 500), null), 'older')
    expect(keysOf(make(-50, 510), place)).toEqual(['b180', 'b419', 240])
    const renamed = make(-50, 500).map((block) => (block.key === 'b419' ? { ...block, key: 'other' } : block))
    expect(keysOf(renamed, place)).toEqual(['b180', 'other', 240])
  })
})
