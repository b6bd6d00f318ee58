import type { ThreadAuthor, ThreadEvent, ThreadMessage } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import { toBlocks } from './to-blocks.ts'

const contact: ThreadAuthor = { kind: 'contact', id: 'c', name: 'Rin' }
const self: ThreadAuthor = { kind: 'self', id: 'a', name: 'Ayu' }
const START = new Date('2026-03-12T10:00:00').getTime()

const message = (
  n: number,
  author: ThreadAuthor,
  seconds: number,
  over: Partial<ThreadMessage> = {},
): ThreadMessage => ({
  type: 'message',
  id: `m${n}`,
  n,
  author,
  mine: author.kind === 'self',
  text: `text ${n}`,
  at: START + seconds * 1_000,
  status: 'stored',
  error: null,
  editedAt: null,
  replyTo: null,
  ...over,
})

const page = (n: number, seconds: number): ThreadEvent => ({
  type: 'event',
  id: `p${n}`,
  n,
  kind: 'page.changed',
  at: START + seconds * 1_000,
  actor: contact,
  data: {},
  page: { url: 'https://acme.example/pricing' },
})

const typesOf = (...args: Parameters<typeof toBlocks>) =>
  toBlocks(...args).map((block) => (block.type === 'group' ? `group ${block.messages.length}` : block.type))

describe('the blocks of a thread', () => {
  it('[IN8] group one author’s messages within two minutes', () => {
    const items = [
      message(1, contact, 0),
      message(2, contact, 100),
      message(3, self, 110),
      message(4, contact, 120),
      message(5, contact, 300),
    ]
    expect(typesOf(items, null)).toEqual(['day', 'group 2', 'group 1', 'group 1', 'group 1'])
  })

  it('[IN8] separate days, and never go back to an earlier one', () => {
    const items = [message(1, contact, 0), message(2, contact, 86_400), message(3, contact, 86_390)]
    expect(typesOf(items, null)).toEqual(['day', 'group 1', 'day', 'group 2'])
  })

  it('[IN8] show the unread line once, before the first unread message of the contact', () => {
    const items = [
      message(1, contact, 0),
      message(2, self, 1),
      page(3, 2),
      message(4, contact, 3),
      message(5, contact, 4),
    ]
    expect(typesOf(items, 1)).toEqual(['day', 'group 1', 'group 1', 'event', 'unread', 'group 2'])
    expect(typesOf(items, 5)).toEqual(['day', 'group 1', 'group 1', 'event', 'group 2'])
  })

  it('[IN8] fold pages visited in a row into the last one', () => {
    const blocks = toBlocks([page(1, 0), page(2, 1), page(3, 2), message(4, contact, 3), page(5, 4)], null)
    expect(blocks.map((block) => (block.type === 'event' ? block.earlier.length : block.type))).toEqual([
      'day',
      2,
      'group',
      0,
    ])
  })

  it('[IN8] keep a message’s key when it is stored', () => {
    const unsent = message(7, self, 0, { n: null, status: 'sending' })
    expect(toBlocks([unsent], null)[1]?.key).toBe(toBlocks([{ ...unsent, n: 7, status: 'stored' }], null)[1]?.key)
  })
})
