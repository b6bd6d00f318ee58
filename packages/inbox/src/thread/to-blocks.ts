// A thread as it is laid out: messages in groups by author, days, the line between read and unread, and what happened
// beside the messages. Pure; the components draw what it returns.

import type { ThreadAuthor, ThreadEvent, ThreadItem, ThreadMessage, ThreadUnsupported } from '@pendopo/sdk/inbox'
import { daysBetween } from '../ui/time.ts'

/** Messages of one author within this time of each other belong together. */
const GROUP_WITHIN_MS = 120_000
/** A block is what a long thread is shown and hidden by: somebody who writes without a pause gets several. */
const GROUP_AT_MOST = 20

export interface MessageGroup {
  readonly type: 'group'
  readonly key: string
  readonly author: ThreadAuthor
  /** `in` from the contact, `out` from the team. */
  readonly side: 'in' | 'out'
  readonly mine: boolean
  readonly messages: readonly ThreadMessage[]
}

export type Block =
  | { readonly type: 'day'; readonly key: string; readonly at: number }
  | { readonly type: 'unread'; readonly key: string }
  | MessageGroup
  /** One thing that happened; of pages visited in a row, the last, with the ones before it. */
  | {
      readonly type: 'event'
      readonly key: string
      readonly item: ThreadEvent
      readonly earlier: readonly ThreadEvent[]
    }
  | { readonly type: 'unsupported'; readonly key: string; readonly item: ThreadUnsupported }

/** `unreadAfter`: the read mark when the thread was opened, or `null` for no line. */
export function toBlocks(items: readonly ThreadItem[], unreadAfter: number | null): readonly Block[] {
  const blocks: Block[] = []
  let lastAt: number | null = null
  let lineDrawn = unreadAfter === null
  for (const item of items) {
    if (lastAt === null || daysBetween(lastAt, item.at) > 0)
      blocks.push({ type: 'day', key: `day-${item.id}`, at: item.at })
    lastAt = Math.max(lastAt ?? 0, item.at)
    if (!lineDrawn && unreadAfter !== null && isUnreadAfter(item, unreadAfter)) {
      blocks.push({ type: 'unread', key: 'unread' })
      lineDrawn = true
    }
    append(blocks, item)
  }
  return blocks
}

const isUnreadAfter = (item: ThreadItem, mark: number): boolean =>
  item.type === 'message' && !item.mine && item.author.kind === 'contact' && item.n !== null && item.n > mark

function append(blocks: Block[], item: ThreadItem): void {
  const last = blocks[blocks.length - 1]
  if (item.type === 'unsupported') {
    blocks.push({ type: 'unsupported', key: keyOf(item), item })
  } else if (item.type === 'event') {
    if (last?.type === 'event' && isPageView(last.item) && isPageView(item))
      blocks[blocks.length - 1] = { ...last, item, earlier: [...last.earlier, last.item] }
    else blocks.push({ type: 'event', key: keyOf(item), item, earlier: [] })
  } else if (last?.type === 'group' && belongs(last, item)) {
    blocks[blocks.length - 1] = { ...last, messages: [...last.messages, item] }
  } else {
    const side = item.author.kind === 'contact' ? 'in' : 'out'
    blocks.push({ type: 'group', key: keyOf(item), author: item.author, side, mine: item.mine, messages: [item] })
  }
}

/** One command may lead to several events, all with its id: the kind tells them apart. A message keeps its key once stored. */
const keyOf = (item: ThreadItem): string => (item.type === 'message' ? item.id : `${item.kind}-${item.id}`)

const isPageView = (item: ThreadEvent): boolean => item.kind === 'page.changed'

function belongs(group: MessageGroup, message: ThreadMessage): boolean {
  const last = group.messages[group.messages.length - 1]
  return (
    last !== undefined &&
    group.messages.length < GROUP_AT_MOST &&
    group.author.kind === message.author.kind &&
    group.author.id === message.author.id &&
    Math.abs(message.at - last.at) <= GROUP_WITHIN_MS
  )
}
