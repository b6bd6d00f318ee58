import type { Colleague, ThreadAuthor, ThreadEvent } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import { toEventText } from './event-text.ts'

const dewi: Colleague = { id: 'dewi', name: 'Dewi', role: 'agent', presence: 'online', connected: true }
const names = { self: 'ayu', colleagues: [dewi] }
const me: ThreadAuthor = { kind: 'self', id: 'ayu', name: 'Ayu' }
const other: ThreadAuthor = { kind: 'agent', id: 'dewi', name: 'Dewi' }
const system: ThreadAuthor = { kind: 'system', id: 'idle', name: '' }

const event = (kind: string, actor: ThreadAuthor, data: Record<string, unknown> = {}): ThreadEvent => ({
  type: 'event',
  id: '1',
  n: 1,
  kind,
  at: 0,
  actor,
  data,
  page: null,
})

describe('an event in words', () => {
  it.each([
    [event('conversation.assigned', me, { agent: 'ayu', by: 'agent' }), 'You took this'],
    [event('conversation.assigned', other, { agent: 'ayu', by: 'agent' }), 'Dewi assigned this to you'],
    [event('conversation.assigned', me, { agent: 'ayu', by: 'answer' }), 'Assigned to you by answering'],
    [event('conversation.assigned', me, { agent: 'gone', by: 'agent' }), 'You assigned this to a colleague'],
    [event('conversation.unassigned', me, { agent: 'ayu' }), 'You gave this back'],
    [event('conversation.unassigned', me, { agent: 'dewi' }), 'You took this from Dewi'],
    [event('conversation.closed', other, { by: 'agent', reason: 'Solved' }), 'Dewi closed this · Solved'],
    [event('conversation.closed', system, { by: 'timer' }), 'Closed by itself, nobody wrote for a while'],
    [
      event('conversation.reopened', { kind: 'contact', id: '019a-4f2a', name: '' }, { by: 'contact' }),
      'Visitor 4f2a reopened this',
    ],
    [event('participant.joined', other, { agent: 'dewi' }), 'Dewi joined'],
    [event('conversation.assigned', me, { agent: 7 }), 'You assigned this to a colleague'],
    [event('something.else', me), 'something else'],
  ])('[IN8] %#', (event, words) => expect(toEventText(event, names)).toBe(words))
})
