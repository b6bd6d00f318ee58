// From the items of a thread to what is drawn: which message starts or ends a group, where a day begins. Rows keep their
// identity while they do not change, and come in blocks that never move an item to another block: so a new message
// costs one block, and 10,000 loaded messages are some 1,000 blocks to compare.

import type { ThreadItem, ThreadMessage } from '@pendopo/sdk'
import { dayOf } from '../locale/format.ts'

/** Messages of one author within this time stand together: two minutes read as one breath. */
export const GROUP_MS = 120_000

/** Drawn within a frame on a phone, and so the step in which a long thread appears. */
export const BLOCK_ROWS = 10

export interface Row {
  readonly item: ThreadItem
  /** First of its day: a separator stands before it. */
  readonly day: boolean
  /** First and last of a group; both true for everything that is no message. */
  readonly first: boolean
  readonly last: boolean
  /** The first message of this person after somebody else of the team, or at all. */
  readonly named: boolean
}

export interface Block {
  readonly key: number
  readonly rows: readonly Row[]
}

const SHORTEST_DAY_MS = 82_800_000

/** Events a visitor is told about. */
const SHOWN_EVENTS = ['conversation.closed', 'participant.joined', 'conversation.assigned', 'participant.left']

const isShown = (item: ThreadItem): boolean => item.type !== 'event' || SHOWN_EVENTS.includes(item.kind)

type DayOf = (at: number) => number

/** Remembers the day it was last asked for: dates are dear, and a thread asks for one day hundreds of times. */
function createDayOf(): DayOf {
  let day = NaN
  return (at) => {
    // The shortest day has 23 hours: what is nearer to midnight than that is surely of the same day.
    if (!(at >= day && at < day + SHORTEST_DAY_MS)) day = dayOf(at)
    return day
  }
}

function isOneBreath(one: ThreadItem | undefined, next: ThreadItem | undefined, dayOf: DayOf): boolean {
  if (one?.type !== 'message' || next?.type !== 'message') return false
  return (
    one.mine === next.mine &&
    one.author.kind === next.author.kind &&
    one.author.id === next.author.id &&
    Math.abs(next.at - one.at) < GROUP_MS &&
    dayOf(next.at) === dayOf(one.at) &&
    // A failed message carries its reason and its buttons, so it stands for itself.
    !isFailed(one) &&
    !isFailed(next)
  )
}

const isFailed = (message: ThreadMessage): boolean => message.status === 'failed'

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

/** Makes the function that turns items into blocks; it remembers what it made before. */
export function createBlocks(): (items: readonly ThreadItem[]) => readonly Block[] {
  const dayOf = createDayOf()
  const blockOf = new Map<string, number>()
  const rowOf = new WeakMap<ThreadItem, Row>()
  let before = new Map<number, Block>()
  let firstKey = 0
  let firstCount = BLOCK_ROWS
  let lastKey = 0
  let lastCount = 0

  const toRow = (
    item: ThreadItem,
    previous: ThreadItem | undefined,
    next: ThreadItem | undefined,
    named: boolean,
  ): Row => {
    const row: Row = {
      item,
      day: previous === undefined || dayOf(previous.at) !== dayOf(item.at),
      first: !isOneBreath(previous, item, dayOf),
      last: !isOneBreath(item, next, dayOf),
      named,
    }
    const known = rowOf.get(item)
    if (known && known.day === row.day && known.first === row.first && known.last === row.last && known.named === named)
      return known
    rowOf.set(item, row)
    return row
  }

  /** Older messages fill blocks in front, new ones the last block and then blocks behind. */
  const place = (items: readonly ThreadItem[]): void => {
    const known = items.findIndex((item) => blockOf.has(item.id))
    const older = known === -1 ? 0 : known
    for (let index = older - 1; index >= 0; index--) {
      if (firstCount++ >= BLOCK_ROWS) {
        firstKey--
        firstCount = 1
      }
      const item = items[index]
      if (item) blockOf.set(item.id, firstKey)
    }
    let current = lastKey
    for (const item of items.slice(older)) {
      const key = blockOf.get(item.id)
      if (key !== undefined) {
        current = key
        continue
      }
      if (current === lastKey && lastCount++ >= BLOCK_ROWS) {
        current = ++lastKey
        lastCount = 1
      }
      blockOf.set(item.id, current)
    }
  }

  return (all) => {
    const items = all.filter(isShown)
    place(items)
    const rows = new Map<number, Row[]>()
    let speaker = ''
    items.forEach((item, index) => {
      const key = blockOf.get(item.id) ?? 0
      const author = item.type === 'message' && !item.mine ? item.author.id : speaker
      const row = toRow(item, items[index - 1], items[index + 1], author !== speaker)
      speaker = author
      const block = rows.get(key)
      if (block) block.push(row)
      else rows.set(key, [row])
    })
    const blocks = new Map<number, Block>()
    for (const [key, list] of rows) {
      const known = before.get(key)
      blocks.set(key, known && isSame(known.rows, list) ? known : { key, rows: list })
    }
    before = blocks
    return [...blocks.values()]
  }
}
