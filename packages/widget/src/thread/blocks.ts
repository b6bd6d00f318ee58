// From the items of a thread to the blocks by which it is shown and hidden. A block keeps its key, and its identity while
// nothing in it changes; older pages make blocks in front, new messages fill the last and then blocks behind. What a
// block looks like is worked out where it is drawn (`rows.ts`): here 10,000 messages are 10,000 comparisons.

import type { ThreadItem } from '@pendopo/sdk'

/** Drawn well within a frame on a phone, and so the step in which a long thread appears. */
export const BLOCK_ROWS = 5

export interface Block {
  /** Larger for later blocks. */
  readonly key: number
  readonly items: readonly ThreadItem[]
}

/** Events a visitor is told about. */
const SHOWN_EVENTS = ['conversation.closed', 'participant.joined', 'conversation.assigned', 'participant.left']

const isShown = (item: ThreadItem): boolean => item.type !== 'event' || SHOWN_EVENTS.includes(item.kind)

const isSame = (one: Block | undefined, items: readonly ThreadItem[]): one is Block =>
  one?.items.length === items.length && one.items.every((item, index) => item === items[index])

/** Makes the function that turns items into blocks; it remembers what it made before. */
export function createBlocks(): (items: readonly ThreadItem[]) => readonly Block[] {
  /** The keys of blocks by the ids of their first items. */
  const keys = new Map<string, number>()
  let former = new Map<number, Block>()
  let firstKey = 0
  let lastKey = 0

  return (all) => {
    const items = all.filter(isShown)
    const known = items.findIndex(({ id }) => keys.has(id))
    for (let index = known; index > 0;) {
      index = Math.max(0, index - BLOCK_ROWS)
      keys.set(items[index]?.id ?? '', --firstKey)
    }
    const blocks: { key: number; items: ThreadItem[] }[] = []
    let current: (typeof blocks)[number] | undefined
    for (const item of items) {
      const key = keys.get(item.id) ?? -Infinity
      const isFull = !current || (current.key === lastKey && current.items.length >= BLOCK_ROWS)
      // A message that was sent again has moved behind later blocks, and begins none any more.
      if (key > (current?.key ?? -Infinity)) current = { key, items: [] }
      else if (isFull) {
        current = { key: ++lastKey, items: [] }
        keys.set(item.id, lastKey)
      }
      if (current?.items.push(item) === 1) blocks.push(current)
    }
    const next = blocks.map((block) => {
      const same = former.get(block.key)
      return isSame(same, block.items) ? same : block
    })
    former = new Map(next.map((block) => [block.key, block]))
    return next
  }
}
