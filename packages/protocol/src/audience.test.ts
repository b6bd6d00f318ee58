import { describe, expect, it } from 'vitest'
import { toView, toWireEvent } from './audience.ts'
import { EVENT_KINDS, eventKind } from './event-kinds.ts'
import type { LogEvent } from './log-event.ts'
import { applyToItems } from './items.ts'
import { applyConversation } from './conversation/apply.ts'
import { ayu, conversationWith, planOn, post, stateOf, uuid, visitor } from './testing-actors.ts'
import type { WireEvent } from './schemas/wire.ts'

const event = (over: Partial<LogEvent>): LogEvent => ({
  seq: 7,
  publicSeq: 4,
  kind: 'message.posted',
  command: uuid(7),
  actor: { kind: 'agent', id: ayu.id },
  at: 5,
  data: {},
  content: { text: 'hello' },
  ...over,
})

describe('what participants receive', () => {
  it('[PR7] is numbered by publicSeq alone', () => {
    expect(toWireEvent(event({}), 'participants')).toMatchObject({ n: 4 })
    expect(JSON.stringify(toWireEvent(event({}), 'participants'))).not.toContain('seq')
    expect(toWireEvent(event({}), 'team')).toMatchObject({ n: 7 })
  })

  it('[PR7] has only the keys of data that the table lists', () => {
    const data = { channel: 'acme', contact: uuid(1), identity: uuid(2), secret: true }
    expect(toWireEvent(event({ kind: 'conversation.opened', data }), 'participants')?.data).toEqual({})
    const assigned = event({ kind: 'conversation.assigned', data: { agent: ayu.id, by: 'answer' } })
    expect(toWireEvent(assigned, 'participants')?.data).toEqual({ agent: ayu.id })
  })

  it('[PR7] has nothing of an internal event', () => {
    expect(toWireEvent(event({ kind: 'comment.posted', publicSeq: null }), 'participants')).toBeNull()
  })

  it('[PR7] a view tells nothing of internal numbers or times', () => {
    const stream = conversationWith({ by: visitor, commands: [post('hi')] })
    const before = stateOf(stream)
    const after = applyConversation(
      before,
      event({ kind: 'comment.posted', seq: before.seq + 1, publicSeq: null, at: 9_999 }),
    )
    expect(toView(after, 'participants')).toEqual(toView(before, 'participants'))
    expect(toView(after, 'team')).toEqual(after)
  })
})

describe('kinds of a later version', () => {
  it('[PR6] are items without powers, and their numbers count', () => {
    const { state } = { state: stateOf(conversationWith()) }
    const strange = event({ kind: 'poll.started', seq: state.seq + 1, publicSeq: state.publicSeq + 1 })
    const next = applyConversation(state, strange)
    expect(next).toEqual({ ...state, seq: state.seq + 1, publicSeq: state.publicSeq + 1, lastAt: strange.at })
    expect(eventKind('poll.started')).toMatchObject({ public: false, item: true })
    expect(eventKind('toString')).toMatchObject({ item: true, wakes: false })
  })

  it('[PR6] stay in the thread', () => {
    const wire = toWireEvent(event({ kind: 'poll.started' }), 'team')
    expect(wire && applyToItems([], wire)).toEqual([wire])
  })
})

describe('items', () => {
  const wire = (over: Partial<WireEvent>): WireEvent => ({
    n: 1,
    kind: 'message.posted',
    id: uuid(1),
    actor: { kind: 'visitor', id: visitor.identity },
    at: 1,
    data: {},
    content: { text: 'helo' },
    ...over,
  })

  it('carry the edits, retractions and erasures that came after them', () => {
    const posted = applyToItems([], wire({}))
    const edited = applyToItems(
      posted,
      wire({
        n: 2,
        kind: 'message.edited',
        id: uuid(2),
        at: 2,
        data: { message: uuid(1) },
        content: { text: 'hello' },
      }),
    )
    expect(edited).toMatchObject([{ n: 1, content: { text: 'hello' }, editedAt: 2 }])
    const retracted = applyToItems(
      edited,
      wire({ n: 3, kind: 'message.retracted', id: uuid(3), data: { message: uuid(1) } }),
    )
    expect(retracted).toMatchObject([{ n: 1, content: null, retracted: true }])
    const erased = applyToItems(posted, wire({ n: 4, kind: 'content.erased', id: uuid(4), data: { message: uuid(1) } }))
    expect(erased).toMatchObject([{ n: 1, content: null }])
  })

  it('[TL18] without a message named, every item before loses its content', () => {
    const other = wire({ n: 2, kind: 'page.changed', id: uuid(2), content: { page: { url: 'https://a.example/' } } })
    const items = [wire({}), other].reduce(applyToItems, [])
    const erased = applyToItems(items, wire({ n: 3, kind: 'content.erased', id: uuid(3) }))
    expect(erased).toMatchObject([
      { n: 1, content: null },
      { n: 2, content: null },
    ])
  })

  it('keep the same array where an event changes nothing', () => {
    const posted = applyToItems([], wire({}))
    const edit = wire({ n: 2, kind: 'message.edited', id: uuid(2), data: { message: uuid(99) } })
    expect(applyToItems(posted, edit)).toBe(posted)
  })
})

it('[PR7] the table never makes a public kind without saying which of its keys are public', () => {
  for (const [kind, row] of Object.entries(EVENT_KINDS)) if (!row.public) expect(row.publicData, kind).toEqual([])
})

it('[LG1] a first message is the second event of its conversation, for both audiences', () => {
  expect(planOn(conversationWith(), visitor, post('x')).events[0]).toMatchObject({
    kind: 'message.posted',
    publicSeq: 2,
    seq: 2,
  })
})
