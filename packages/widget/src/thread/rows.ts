// What a message looks like beside its neighbours: whether it starts or ends a group, where a day begins, where somebody
// begins to speak. A row keeps its identity while it does not change, which is how it is left alone when drawn again.

import type { ThreadItem, ThreadMessage } from '@pendopo/sdk'
import { dayOf } from '../locale/format.ts'
import type { Block } from './blocks.ts'

/** Messages of one author within this time stand together: two minutes read as one breath. */
export const GROUP_MS = 120_000

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

const SHORTEST_DAY_MS = 82_800_000

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
    // How a message came is told with the last of a group.
    (one.mail === undefined) === (next.mail === undefined) &&
    Math.abs(next.at - one.at) < GROUP_MS &&
    dayOf(next.at) === dayOf(one.at) &&
    // A failed message carries its reason and its buttons, so it stands for itself.
    !isFailed(one) &&
    !isFailed(next)
  )
}

const isFailed = (message: ThreadMessage): boolean => message.status === 'failed'

const isTheirs = (item: ThreadItem): item is ThreadMessage => item.type === 'message' && !item.mine

/** Makes the function that gives the rows of a block; it remembers what it made before. */
export function createRows(): (blocks: readonly Block[], index: number) => readonly Row[] {
  const dayOf = createDayOf()
  const made = new WeakMap<ThreadItem, Row>()

  return (blocks, at) => {
    const items = blocks[at]?.items ?? []
    let previous = blocks[at - 1]?.items.at(-1)
    let speaker = speakerBefore(blocks, at)
    return items.map((item, index) => {
      const author = isTheirs(item) ? item.author.id : speaker
      const known = made.get(item)
      const row: Row = {
        item,
        day: previous === undefined || dayOf(previous.at) !== dayOf(item.at),
        first: !isOneBreath(previous, item, dayOf),
        last: !isOneBreath(item, items[index + 1] ?? blocks[at + 1]?.items[0], dayOf),
        // What has been told stays: a name that goes when an older page comes would move everything around it.
        named: author !== speaker || !!known?.named,
      }
      previous = item
      speaker = author
      if (known && isSame(known, row)) return known
      made.set(item, row)
      return row
    })
  }
}

/** Who of the team spoke last before a block. */
function speakerBefore(blocks: readonly Block[], index: number): string {
  for (let at = index - 1; at >= 0; at--) {
    const theirs = blocks[at]?.items.findLast(isTheirs)
    if (theirs) return theirs.author.id
  }
  return ''
}

const isSame = (one: Row, other: Row): boolean =>
  one.day === other.day && one.first === other.first && one.last === other.last && one.named === other.named
