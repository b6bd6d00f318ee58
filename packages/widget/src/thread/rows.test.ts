import type { ThreadItem } from '@pendopo/sdk'
import { expect, test } from 'vitest'
import { AYU, message } from '../testing/fake-chat.ts'
import { BLOCK_ROWS, createBlocks } from './blocks.ts'
import { createRows, GROUP_MS } from './rows.ts'

const noon = new Date(2026, 0, 15, 12).getTime()
const rowsOf = (items: readonly ThreadItem[]) => {
  const toRows = createRows()
  const blocks = createBlocks()(items)
  return blocks.flatMap((_, index) => toRows(blocks, index))
}
const shape = (items: readonly ThreadItem[]) =>
  rowsOf(items)
    .map(({ first, last }) => `${first ? '[' : ''}x${last ? ']' : ''}`)
    .join('')

test('[WG13] messages of one author within two minutes are one group', () => {
  const at = [0, 60_000, 119_999 + 60_000, 119_999 + 60_000 + GROUP_MS]
  expect(shape(at.map((ms) => message({ text: 'a', at: noon + ms })))).toBe('[xxx][x]')
})

test('[WG13] another author, a new day or an event ends a group', () => {
  const midnight = new Date(2026, 0, 16).getTime()
  const closed: ThreadItem = {
    type: 'event',
    id: 'e',
    n: 1,
    kind: 'conversation.closed',
    at: noon,
    actor: AYU,
    data: {},
    page: null,
  }
  expect(shape([message({ text: 'a', at: noon }), message({ text: 'b', at: noon, mine: true })])).toBe('[x][x]')
  expect(shape([message({ text: 'a', at: midnight - 1 }), message({ text: 'b', at: midnight })])).toBe('[x][x]')
  expect(shape([message({ text: 'a', at: noon }), closed, message({ text: 'b', at: noon })])).toBe('[x][x][x]')
})

test('[WG13] a failed message stands for itself', () => {
  const mine = { mine: true, at: noon } as const
  expect(
    shape([
      message({ text: 'a', ...mine }),
      message({ text: 'b', ...mine, status: 'failed' }),
      message({ text: 'c', ...mine }),
    ]),
  ).toBe('[x][x][x]')
})

test('[WG13] the first item of each day carries the separator', () => {
  const items = [noon - 86_400_000, noon, noon + 1].map((at) => message({ text: 'a', at }))
  expect(rowsOf(items).map((row) => row.day)).toEqual([true, true, false])
})

test('[WG13] a name stands where somebody begins to speak, not over each of their groups', () => {
  const budi = { kind: 'agent', id: 'a2', name: 'Budi' } as const
  const items = [{}, { mine: true }, {}, { author: budi }, {}].map((over, index) =>
    message({ text: 'a', at: noon + index, ...over }),
  )
  expect(rowsOf(items).map((row) => row.named)).toEqual([true, false, false, true, true])
})

test('[WG13] groups, days and names go on across blocks', () => {
  const one = Array.from({ length: 2 * BLOCK_ROWS + 2 }, (_, index) => message({ text: 'a', at: noon + index }))
  const rows = rowsOf(one)
  expect(rows.filter((row) => row.first)).toHaveLength(1)
  expect(rows.filter((row) => row.last)).toHaveLength(1)
  expect(rows.filter((row) => row.day)).toHaveLength(1)
  expect(rows.filter((row) => row.named)).toHaveLength(1)
  const mine = Array.from({ length: 3 * BLOCK_ROWS }, (_, index) =>
    message({ text: 'b', mine: true, at: noon + 100 + index }),
  )
  expect(rowsOf([...one, ...mine, message({ text: 'c', at: noon + 200 })]).at(-1)?.named).toBe(false)
})

test('[WG15] a row stays the same object while it looks the same', () => {
  const toBlocks = createBlocks()
  const toRows = createRows()
  const items = Array.from({ length: 3 }, (_, index) => message({ text: 'a', at: noon + index * GROUP_MS }))
  const before = toRows(toBlocks(items), 0)
  const after = toRows(toBlocks([...items, message({ text: 'b', at: noon + 2 * GROUP_MS + 1 })]), 0)
  expect(after.slice(0, 2).map((row, index) => row === before[index])).toEqual([true, true])
  expect(after[2]).not.toBe(before[2])
})
