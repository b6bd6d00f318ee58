import type { ThreadItem } from '@pendopo/sdk'
import { expect, test } from 'vitest'
import { AYU, message } from '../testing/fake-chat.ts'
import { BLOCK_ROWS, createBlocks } from './blocks.ts'

const messages = (count: number) => Array.from({ length: count }, () => message({ text: 'a' }))
const idsOf = (blocks: ReturnType<ReturnType<typeof createBlocks>>) =>
  blocks.flatMap((block) => block.items.map((item) => item.id))

test('events a visitor is not told about are left out', () => {
  const page: ThreadItem = {
    type: 'event',
    id: 'p',
    n: 1,
    kind: 'page.changed',
    at: 0,
    actor: AYU,
    data: {},
    page: null,
  }
  const later: ThreadItem = {
    type: 'unsupported',
    id: 'u',
    n: 2,
    kind: 'poll.started',
    at: 0,
    raw: { n: 2, kind: 'poll.started', id: 'u', actor: { kind: 'agent', id: 'a1' }, at: 0, data: {} },
  }
  expect(idsOf(createBlocks()([page, later]))).toEqual(['u'])
})

test('[WG15] a new message changes the last block only', () => {
  const toBlocks = createBlocks()
  const items = messages(4 * BLOCK_ROWS + 2)
  const before = toBlocks(items)
  const after = toBlocks([...items, message({ text: 'b' })])
  expect(after).toHaveLength(before.length)
  after.slice(0, -1).forEach((block, index) => expect(block).toBe(before[index]))
  expect(after.at(-1)?.key).toBe(before.at(-1)?.key)
  expect(after.at(-1)?.items).toHaveLength(3)
})

test('[WG15] older pages come in blocks of their own in front and move nothing', () => {
  const toBlocks = createBlocks()
  const items = messages(120)
  let former = toBlocks(items.slice(83))
  for (const from of [33, 0]) {
    const blocks = toBlocks(items.slice(from))
    expect(idsOf(blocks)).toEqual(items.slice(from).map((item) => item.id))
    expect(blocks.length).toBeGreaterThan(former.length)
    blocks.slice(-former.length).forEach((block, index) => expect(block).toBe(former[index]))
    former = blocks
  }
  expect(former.map((block) => block.key)).toEqual(former.map((block) => block.key).toSorted((a, b) => a - b))
  expect(former.every((block) => block.items.length <= BLOCK_ROWS)).toBe(true)
})

test('[WG14] a message keeps its block while it goes from unsent to stored', () => {
  const toBlocks = createBlocks()
  const items = messages(60)
  const sent = message({ text: 'mine', mine: true, n: null, status: 'sending' })
  const blockOf = (list: readonly ThreadItem[]) =>
    toBlocks(list).find((block) => block.items.some((item) => item.id === sent.id))?.key
  const before = blockOf([...items, sent])
  expect(before).toBeDefined()
  expect(blockOf([...items, { ...sent, n: 61, status: 'stored' }])).toBe(before)
})

test('an item that comes in between, one that is deleted and one that is sent again are where they belong', () => {
  const toBlocks = createBlocks()
  const items = messages(2 * BLOCK_ROWS + 1)
  const expectOrder = (list: readonly ThreadItem[]) =>
    expect(idsOf(toBlocks(list))).toEqual(list.map((item) => item.id))
  expectOrder(items.toSpliced(3, 1))
  expectOrder(items)
  const start = items[BLOCK_ROWS]
  if (!start) throw new Error('there is no second block')
  expectOrder(items.filter((item) => item !== start))
  expectOrder([...items.filter((item) => item !== start), start, ...messages(BLOCK_ROWS)])
  const replaced = messages(3)
  expectOrder(replaced)
})
