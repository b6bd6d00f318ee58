import type { Colleague, ThreadAuthor, ThreadEvent } from '@pendopo/sdk/inbox'
import { describe, expect, it } from 'vitest'
import { toClockTime } from '../ui/time.ts'
import { toEventText } from './event-text.ts'

const dewi: Colleague = { id: 'dewi', name: 'Dewi', role: 'agent', presence: 'online', connected: true }
const names = { self: 'ayu', colleagues: [dewi], contact: 'Visitor 4F2A' }
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
      '\u2068Visitor 4F2A\u2069 reopened this',
    ],
    [event('participant.joined', other, { agent: 'dewi' }), 'Dewi joined'],
    [event('conversation.assigned', me, { agent: 7 }), 'You assigned this to a colleague'],
    [event('something.else', me), 'something else'],
  ])('[IN8] %#', (event, words) => expect(toEventText(event, names)).toBe(words))

  const contact: ThreadAuthor = { kind: 'contact', id: '019a-4f2a', name: 'Rin' }
  const email = 'rin@acme.example'
  const until = 1_760_000_000_000
  const with_ = (event: ThreadEvent, words: ThreadEvent['words']): ThreadEvent => ({
    ...event,
    ...(words && { words }),
  })
  it.each([
    [
      with_(event('address.given', contact, { verified: false }), { email }),
      '\u2068Rin\u2069 left the address rin@acme.example',
    ],
    [with_(event('address.given', system, { verified: true }), { email }), 'rin@acme.example is verified'],
    [
      with_(event('address.given', system, { verified: false }), { email }),
      'rin@acme.example could not be verified: anybody may have written this e-mail',
    ],
    [event('address.given', contact, { verified: false }), '\u2068Rin\u2069 left an e-mail address'],
    [event('mail.sent', system), 'Sent by e-mail to rin@acme.example'],
    [event('mail.failed', system, { why: 'refused' }), 'Not sent by e-mail: the mail server refused it'],
    [event('mail.failed', system, { why: 'bounced' }), 'Not sent by e-mail: it came back'],
    [event('mail.failed', system, { why: 'toString' }), 'Not sent by e-mail: something went wrong'],
    [event('mail.delayed', system, { limit: 'server' }), 'The e-mail waits: the mail server does not take it yet'],
    [
      event('mail.failed', system, { why: 'capped' }),
      'Not sent by e-mail: it waited for a day, and too many were sent before it',
    ],
    [
      event('mail.delayed', system, { limit: 'site', until }),
      `The e-mail waits until ${toClockTime(until)}: this site has sent as many as it may in a short time`,
    ],
    [
      event('mail.delayed', system, { limit: 'recipient', until }),
      `The e-mail waits until ${toClockTime(until)}: this address has had as many as it gets in a short time`,
    ],
    [event('mail.delayed', system, { limit: 'toString' }), 'The e-mail waits: too many were sent in a short time'],
    [event('mail.ruled', me, { accepted: true }), 'You added an e-mail to the conversation'],
    [event('mail.ruled', other, { accepted: false }), 'Dewi left an e-mail out'],
    [event('mail.stopped', system), 'The customer wants no more e-mail of this conversation'],
    [event('transcript.requested', me), 'You asked for the transcript to be mailed'],
  ])('[EM121] [EM167] [EM169] %#', (event, words) =>
    expect(toEventText(event, { ...names, addresses: new Map([[event.id, email]]) })).toBe(words),
  )
})
