import { describe, expect, it } from 'vitest'
import { planBatch } from '../log/plan.ts'
import {
  assign,
  ayu,
  budi,
  citra,
  conversationWith,
  dewi,
  facts,
  noConversation,
  nothingKnown,
  plain,
  planOn,
  post,
  stateOf,
  stranger,
  uuid,
  visitor,
} from '../testing-actors.ts'

const kinds = (plan: { events: readonly { kind: string }[] }) => plan.events.map((event) => event.kind)
const failure = (plan: { results: readonly unknown[] }) => plan.results.at(-1)

describe('messages', () => {
  it('[LG7] a message from the contact into a closed conversation reopens it as a new episode', () => {
    const closed = conversationWith({ by: dewi, commands: [{ id: uuid(0x51), kind: 'conversation.close', data: {} }] })
    const plan = planOn(closed, visitor, post('still there'))
    expect(kinds(plan)).toEqual(['conversation.reopened', 'message.posted'])
    expect(stateOf(plan.stream)).toMatchObject({ status: 'open', episode: 2 })
  })

  it('[LG8] answering an unassigned conversation assigns it to the answerer', () => {
    const plan = planOn(conversationWith(), ayu, post('good morning'))
    expect(kinds(plan)).toEqual(['conversation.assigned', 'message.posted'])
    expect(stateOf(plan.stream)).toMatchObject({ assignee: ayu.id, participants: [ayu.id] })
  })

  it('[LG8] answering in a colleague’s conversation joins it and leaves the assignment', () => {
    const plan = planOn(conversationWith({ by: ayu, commands: [post('hello')] }), budi, post('me too'))
    expect(kinds(plan)).toEqual(['participant.joined', 'message.posted'])
    expect(stateOf(plan.stream)).toMatchObject({ assignee: ayu.id, participants: [ayu.id, budi.id] })
  })

  it('[LG9] assignment survives closing and reopening', () => {
    const stream = conversationWith(
      { by: ayu, commands: [post('hello')] },
      { by: ayu, commands: [plain('conversation.close')] },
      { by: visitor, commands: [post('again')] },
    )
    expect(stateOf(stream)).toMatchObject({ status: 'open', assignee: ayu.id })
  })

  it('counts both directions and knows since when the contact waits', () => {
    const waiting = stateOf(conversationWith({ by: visitor, commands: [post('one'), post('two')] }))
    expect(waiting).toMatchObject({ incoming: 2, outgoing: 0, waitingSince: 1_000 })
    const answered = stateOf(
      conversationWith({ by: visitor, commands: [post('one')] }, { by: ayu, commands: [post('yes')] }),
    )
    expect(answered).toMatchObject({ incoming: 1, outgoing: 1, waitingSince: null })
  })

  it('[PR1] a message without text and attachments is refused', () => {
    const plan = planOn(conversationWith(), visitor, { id: uuid(0x52), kind: 'message.post', data: {} })
    expect(failure(plan)).toMatchObject({ ok: false, error: { code: 'invalid' } })
  })

  it('an identity that is proven later joins with its first message', () => {
    const signedIn = { ...visitor, identity: uuid(0x30), identities: [uuid(0x30), visitor.identity] }
    const plan = planOn(conversationWith(), signedIn, post('now by name'))
    expect(kinds(plan)).toEqual(['identity.added', 'message.posted'])
    expect(stateOf(plan.stream).identities).toEqual([visitor.identity, uuid(0x30)])
  })
})

describe('sight and rights', () => {
  it('[LG10] a stranger’s conversation and a missing one answer alike', () => {
    const foreign = failure(planOn(conversationWith(), stranger, post('hi', uuid(0x53))))
    const missing = failure(planOn(noConversation, stranger, post('hi', uuid(0x53))))
    expect(foreign).toEqual(missing)
    expect(foreign).toMatchObject({ error: { code: 'not_found' } })
  })

  it('[LG10] an agent who may see only their own gets not_found for a colleague’s', () => {
    const own = { ...budi, sight: 'own' } as const
    const plan = planOn(conversationWith({ by: ayu, commands: [post('hello')] }), own, post('hi'))
    expect(failure(plan)).toMatchObject({ error: { code: 'not_found' } })
  })

  it('[PR8] a visitor may not close, assign or reopen, and an agent may not open', () => {
    const stream = conversationWith()
    for (const command of [plain('conversation.close'), assign(ayu.id), plain('conversation.reopen')])
      expect(failure(planOn(stream, visitor, command))).toMatchObject({ error: { code: 'forbidden' } })
    expect(failure(planOn(noConversation, ayu, { id: uuid(0x54), kind: 'conversation.open', data: {} }))).toMatchObject(
      {
        error: { code: 'forbidden' },
      },
    )
  })

  it('[LG11] who may assign to whom', () => {
    const may = (by: typeof ayu, to: typeof ayu) => failure(planOn(conversationWith(), by, assign(to.id)))
    for (const to of [ayu, budi, citra, dewi]) expect(may(dewi, to)).toMatchObject({ ok: true })
    expect(may(citra, ayu)).toMatchObject({ ok: true })
    expect(may(citra, citra)).toMatchObject({ ok: true })
    expect(may(citra, dewi)).toMatchObject({ error: { code: 'forbidden' } })
    expect(may(ayu, budi)).toMatchObject({ ok: true })
    expect(may(ayu, citra)).toMatchObject({ error: { code: 'forbidden' } })
    expect(failure(planOn(conversationWith(), dewi, assign(uuid(0x99))))).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('[LG11] an agent gives back only what is theirs', () => {
    const stream = conversationWith({ by: ayu, commands: [post('hello')] })
    expect(failure(planOn(stream, budi, plain('conversation.unassign')))).toMatchObject({
      error: { code: 'forbidden' },
    })
    expect(kinds(planOn(stream, ayu, plain('conversation.unassign')))).toEqual(['conversation.unassigned'])
    expect(kinds(planOn(stream, citra, plain('conversation.unassign')))).toEqual(['conversation.unassigned'])
  })
})

describe('wishes that are already true', () => {
  it('[LG12] succeed without an event', () => {
    const stream = conversationWith({ by: ayu, commands: [post('hello')] })
    const page = { id: uuid(0x55), kind: 'page.view', data: { page: { url: 'https://acme.example/' } } } as const
    expect(planOn(stream, ayu, assign(ayu.id))).toMatchObject({ events: [], results: [{ ok: true }] })
    expect(planOn(stream, ayu, plain('conversation.reopen')).events).toEqual([])
    expect(planOn(stream, visitor, page, { ...page, id: uuid(0x56) }).events).toHaveLength(1)
    const closed = conversationWith({ by: dewi, commands: [plain('conversation.close')] })
    expect(planOn(closed, dewi, plain('conversation.close')).events).toEqual([])
    expect(planOn(conversationWith(), dewi, plain('conversation.unassign')).events).toEqual([])
  })
})

describe('the streams', () => {
  it('[PR1] a command for another kind of stream is refused', () => {
    const agent = { kind: 'agent', id: ayu.id, state: null } as const
    expect(failure(planBatch(agent, [post('hi')], ayu, facts(), nothingKnown))).toMatchObject({
      error: { code: 'invalid' },
    })
    const presence = { id: uuid(0x57), kind: 'agent.set-presence', data: { presence: 'break' } } as const
    expect(failure(planOn(conversationWith(), ayu, presence))).toMatchObject({ error: { code: 'invalid' } })
  })

  it('an agent sets only their own presence, and the same code numbers their stream', () => {
    const agent = { kind: 'agent', id: ayu.id, state: null } as const
    const presence = { id: uuid(0x58), kind: 'agent.set-presence', data: { presence: 'break' } } as const
    const plan = planBatch(agent, [presence], ayu, facts(), nothingKnown)
    expect(plan.stream.state).toMatchObject({ seq: 1, publicSeq: 0, presence: 'break', presenceSince: 1_000 })
    expect(failure(planBatch(agent, [presence], budi, facts(), nothingKnown))).toMatchObject({
      error: { code: 'forbidden' },
    })
  })
})
