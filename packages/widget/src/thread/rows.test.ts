import type { ThreadItem } from '@pendopo/sdk'
import { expect, test } from 'vitest'
import { AYU, message } from '../testing/fake-chat.ts'
import { createBlocks, GROUP_MS } from './rows.ts'

const noon = new Date(2026, 0, 15, 12).getTime()
const rowsOf = (items: readonly ThreadItem[]) => createBlocks()(items).flatMap((block) => block.rows)
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

test('events a visitor is not told about are left out', () => {
  const page: ThreadItem = {
    type: 'event',
    id: 'p',
    n: 1,
    kind: 'page.changed',
    at: noon,
    actor: AYU,
    data: {},
    page: null,
  }
  const later: ThreadItem = {
    type: 'unsupported',
    id: 'u',
    n: 2,
    kind: 'poll.started',
    at: noon,
    raw: { n: 2, kind: 'poll.started', id: 'u', actor: { kind: 'agent', id: 'a1' }, at: noon, data: {} },
  }
  expect(rowsOf([page, later]).map((row) => row.item.id)).toEqual(['u'])
})

test('[WG15] a new message redraws the last block only', () => {
  const toBlocks = createBlocks()
  const items = Array.from({ length: 180 }, (_, index) => message({ text: 'a', at: noon + index * GROUP_MS }))
  const before = toBlocks(items)
  const after = toBlocks([...items, message({ text: 'b', at: noon + 181 * GROUP_MS })])
  expect(before.length).toBeGreaterThan(3)
  expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
  after.slice(0, before.length - 1).forEach((block, index) => expect(block).toBe(before[index]))
})

test('[WG15] older pages come in blocks of their own and move nothing', () => {
  const toBlocks = createBlocks()
  const items = Array.from({ length: 120 }, (_, index) => message({ text: 'a', at: noon + index * GROUP_MS }))
  const before = toBlocks(items.slice(50))
  const after = toBlocks(items)
  expect(after.flatMap((block) => block.rows).map((row) => row.item.id)).toEqual(items.map((item) => item.id))
  expect(after.slice(-before.length).map((block) => block.key)).toEqual(before.map((block) => block.key))
})

test('[WG14] a message keeps its block while it goes from unsent to stored', () => {
  const toBlocks = createBlocks()
  const items = Array.from({ length: 60 }, (_, index) => message({ text: 'a', at: noon + index * GROUP_MS }))
  const sent = message({ text: 'mine', mine: true, n: null, status: 'sending', at: noon + 99 * GROUP_MS })
  const blockOf = (list: readonly ThreadItem[]) =>
    toBlocks(list).find((block) => block.rows.some((row) => row.item.id === sent.id))?.key
  const before = blockOf([...items, sent])
  expect(before).toBeDefined()
  expect(blockOf([...items, { ...sent, n: 61, status: 'stored' }])).toBe(before)
})

test('an item that comes in between is drawn where it belongs', () => {
  const toBlocks = createBlocks()
  const [one, two, three] = [1, 2, 3].map((index) => message({ text: 'a', at: noon + index }))
  if (!one || !two || !three) throw new Error('three messages are needed')
  toBlocks([one, three])
  expect(
    toBlocks([one, two, three])
      .flatMap((block) => block.rows)
      .map((row) => row.item.id),
  ).toEqual([one.id, two.id, three.id])
})
