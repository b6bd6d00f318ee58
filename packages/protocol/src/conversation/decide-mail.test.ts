import { describe, expect, it } from 'vitest'
import { toView, toWireEvent } from '../audience.ts'
import type { Command } from '../schemas/commands.ts'
import { ayu, conversationWith, planOn, post, stateOf, stranger, uuid, visitor } from '../testing-actors.ts'

const ADDRESS = 'ana@example.com'
const reader = { kind: 'system', id: 'mail' } as const

let count = 0x700
const command = <Kind extends Command['kind']>(kind: Kind, data: Extract<Command, { kind: Kind }>['data']) =>
  ({ id: uuid((count += 1)), kind, data }) as Extract<Command, { kind: Kind }>

const given = { by: visitor, commands: [command('address.give', { email: ADDRESS })] }
const events = (plan: { readonly events: readonly { readonly kind: string; readonly data: object }[] }) =>
  plan.events.map(({ kind, data }) => ({ kind, data }))
const refusal = (plan: { readonly results: readonly object[] }) => plan.results.at(-1)

const reply = (messages: readonly string[] = [], upTo = 2) =>
  command('mail.plan', {
    ...{ kind: 'reply', messages: [...messages], upTo, messageId: `<m${count}@acme.example>` },
    ...{ to: ADDRESS, subject: 'Your question' },
  })
const received = (more: Partial<Extract<Command, { kind: 'mail.receive' }>['data']> = {}) =>
  command('mail.receive', {
    ...{ identity: uuid(0x66), text: 'By mail', messageId: '<theirs@example.com>', verified: true },
    mail: { subject: 'Re: Your question', from: { address: ADDRESS }, cc: ['other@example.com'] },
    ...more,
  })

describe('an address', () => {
  it('[EM85] that a visitor gives is not theirs by that, and gives sight of nothing', () => {
    const stream = conversationWith(given)
    expect(stateOf(stream).mail).toMatchObject({ address: ADDRESS, isVerified: false })
    expect(stateOf(stream).identities).toEqual([visitor.identity])
    expect(refusal(planOn(stream, stranger, command('address.give', { email: ADDRESS })))).toMatchObject({
      error: { code: 'not_found' },
    })
  })

  it('[EM85] that the site’s back end vouches for is verified from the start', () => {
    const signedIn = { ...visitor, email: ADDRESS }
    const stream = conversationWith({ by: signedIn, commands: [post('hello')] })
    expect(stateOf(stream).mail).toMatchObject({ address: ADDRESS, isVerified: true })
  })

  it('[EM85] is verified once, by whoever shows that it is theirs, and no other one with it', () => {
    const stream = conversationWith(given)
    expect(refusal(planOn(stream, reader, command('address.verify', { email: 'eve@example.com' })))).toMatchObject({
      error: { code: 'not_found' },
    })
    const proven = planOn(stream, reader, command('address.verify', { email: 'Ana@Example.com' }))
    expect(stateOf(proven.stream).mail?.isVerified).toBe(true)
    expect(planOn(proven.stream, reader, command('address.verify', { email: ADDRESS })).events).toEqual([])
  })

  it('[EM85] given anew is not verified any more, and is mailed again', () => {
    const stream = conversationWith(given, {
      by: reader,
      commands: [command('address.verify', { email: ADDRESS }), command('mail.stop', {})],
    })
    expect(stateOf(stream).mail).toMatchObject({ isVerified: true, isStopped: true })
    const other = planOn(stream, visitor, command('address.give', { email: 'new@example.com' }))
    expect(stateOf(other.stream).mail).toMatchObject({
      address: 'new@example.com',
      isVerified: false,
      isStopped: false,
    })
  })
})

describe('the place of a mail in the mailbox', () => {
  const planned = (subject: string, more: { readonly inReplyTo?: string } = {}) => {
    const plan = reply()
    return { ...plan, data: { ...plan.data, subject, ...more } }
  }
  const references = (plan: { readonly events: readonly { readonly data: object }[] }) =>
    plan.events.map(({ data }) => ('references' in data ? data.references : undefined))

  it('[EM140] is behind the thread, under whatever prefix, and under another subject at a beginning', () => {
    const first = planned('Your question')
    const stream = conversationWith(given, { by: reader, commands: [first] }, { by: reader, commands: [received()] })
    const ids = [first.data.messageId, '<theirs@example.com>']
    expect(references(planOn(stream, reader, planned('RE: re: Your question')))).toEqual([ids])
    const other = planned('Another matter')
    const begun = planOn(stream, reader, other)
    expect(references(begun)).toEqual([[]])
    expect(references(planOn(begun.stream, reader, planned('Re: Another matter')))).toEqual([[other.data.messageId]])
  })

  it('[EM140] is behind the one mail it answers, even if that is not the last', () => {
    const first = planned('Your question')
    const stream = conversationWith(given, { by: reader, commands: [first] }, { by: reader, commands: [received()] })
    const toFirst = planned('Re: Your question', { inReplyTo: first.data.messageId })
    expect(references(planOn(stream, reader, toFirst))).toEqual([[first.data.messageId]])
    const toOld = planned('Re: Your question', { inReplyTo: '<long-ago@example.com>' })
    expect(references(planOn(stream, reader, toOld))).toEqual([['<long-ago@example.com>']])
  })

  it('[EM141] is written down with whether the address was proven', () => {
    const unproven = conversationWith(given)
    const verify = { by: reader, commands: [command('address.verify', { email: ADDRESS })] }
    const proven = conversationWith(given, verify)
    expect(planOn(unproven, reader, reply()).events).toMatchObject([{ data: { verified: false } }])
    expect(planOn(proven, reader, reply()).events).toMatchObject([{ data: { verified: true } }])
  })
})

describe('a mail', () => {
  it('[EM86] is planned, then sent or given up, and what came back later is told too', () => {
    const plan = reply()
    const planned = conversationWith(given, { by: reader, commands: [plan] })
    expect(stateOf(planned).mail).toMatchObject({ upTo: 2, planned: [{ id: plan.id }], thread: [plan.data.messageId] })
    const settle = (outcome: 'sent' | 'refused' | 'bounced') =>
      command('mail.settle', { mail: plan.id, messages: [], outcome, reason: 'no such user' })
    const sent = planOn(planned, reader, settle('sent'))
    expect(stateOf(sent.stream).mail?.planned).toEqual([])
    expect(planOn(sent.stream, reader, settle('sent')).events).toEqual([])
    expect(planOn(sent.stream, reader, settle('refused')).events).toEqual([])
    const bounced = planOn(sent.stream, reader, settle('bounced'))
    expect(bounced.events).toMatchObject([
      { kind: 'mail.failed', data: { why: 'bounced' }, content: { text: 'no such user' } },
    ])
  })

  it('[EM171] that came back says so of its address, until that is given anew or a mail comes from there', () => {
    const plan = reply()
    const settled = command('mail.settle', { mail: plan.id, messages: [], outcome: 'bounced' })
    const back = conversationWith(given, { by: reader, commands: [plan, settled] })
    expect(stateOf(back).mail?.isBounced).toBe(true)
    const anew = planOn(back, visitor, command('address.give', { email: ADDRESS }))
    expect(stateOf(anew.stream).mail?.isBounced).toBe(false)
    expect(stateOf(planOn(back, reader, received()).stream).mail?.isBounced).toBe(false)
  })

  it('[EM154] that has to wait says so, to the team alone, and is planned all the same', () => {
    const planned = conversationWith(given, { by: reader, commands: [reply()] })
    const data = { limit: 'site', until: 1_760_000_000_000 } as const
    const delayed = planOn(planned, reader, command('mail.delay', data))
    expect(delayed.events).toMatchObject([{ kind: 'mail.delayed', data, publicSeq: null }])
    expect(stateOf(delayed.stream).mail?.planned).toHaveLength(1)
  })

  it('[EM86] is not planned to another address than the conversation’s, nor against the contact’s wish', () => {
    const stream = conversationWith(given)
    const astray = { ...reply(), data: { ...reply().data, to: 'eve@example.com' } }
    expect(refusal(planOn(stream, reader, astray))).toMatchObject({ error: { code: 'not_found' } })
    const stopped = planOn(stream, reader, command('mail.stop', {})).stream
    expect(refusal(planOn(stopped, reader, reply()))).toMatchObject({ error: { code: 'forbidden' } })
  })

  it('[EM87] of the contact is a message of theirs, opens a closed conversation, and verifies the address', () => {
    const stream = conversationWith(given, { by: ayu, commands: [command('conversation.close', {})] })
    const plan = planOn(stream, reader, received())
    expect(events(plan)).toEqual([
      { kind: 'conversation.reopened', data: { by: 'contact', episode: 2 } },
      { kind: 'identity.added', data: { identity: uuid(0x66) } },
      { kind: 'address.given', data: { verified: true } },
      { kind: 'message.posted', data: { via: 'mail' } },
    ])
    const state = stateOf(plan.stream)
    expect(state).toMatchObject({ incoming: 1, lastMessage: { direction: 'in' } })
    expect(state.mail).toMatchObject({ isVerified: true, thread: ['<theirs@example.com>'] })
  })

  it('[EM87] from elsewhere verifies nothing', () => {
    const stream = conversationWith(given)
    const other = received({ mail: { from: { address: 'colleague@example.com' } } })
    expect(stateOf(planOn(stream, reader, other).stream).mail?.isVerified).toBe(false)
    expect(
      stateOf(planOn(stream, reader, received({ held: uuid(0x88), verified: false })).stream).mail?.isVerified,
    ).toBe(false)
  })

  it('[EM88] that is held is the team’s alone until an agent lets it pass, once', () => {
    const { text, mail, messageId, identity } = received().data
    const hold = command('mail.hold', { text, mail, messageId, identity, why: 'not signed' })
    const held = planOn(conversationWith(given), reader, hold)
    expect(held.events[0]?.publicSeq).toBeNull()
    expect(stateOf(held.stream).mail?.held).toEqual([hold.id])
    const rule = command('mail.rule', { held: hold.id, accepted: true })
    const ruled = planOn(held.stream, ayu, rule)
    expect(events(ruled).at(-1)).toEqual({ kind: 'mail.ruled', data: { held: hold.id, accepted: true } })
    expect(stateOf(ruled.stream).mail?.held).toEqual([])
    expect(planOn(ruled.stream, ayu, { ...rule, id: uuid(0x777) }).events).toEqual([])
    expect(refusal(planOn(held.stream, visitor, rule))).toMatchObject({ error: { code: 'forbidden' } })
  })

  it('[EM89] shows a participant its subject, and neither the others it went to nor the mail as it came', () => {
    const plan = planOn(
      conversationWith(given),
      reader,
      received({ mail: { subject: 'Hi', bcc: [ADDRESS], original: '0'.repeat(32) } }),
    )
    const posted = plan.events.at(-1)
    if (posted === undefined) throw new Error('nothing was posted')
    expect(toWireEvent(posted, 'participants')?.content).toEqual({ text: 'By mail', mail: { subject: 'Hi' } })
    expect(toWireEvent(posted, 'team')?.content?.mail?.bcc).toEqual([ADDRESS])
    expect(toView(stateOf(plan.stream), 'participants').mail).toMatchObject({
      planned: [],
      thread: [],
      held: [],
      upTo: 0,
    })
  })

  it('[EM90] is written by agents alone, to contacts who have left an address', () => {
    const mail = { subject: 'Your order' }
    const write = { ...post('Dear Ana'), data: { text: 'Dear Ana', mail } }
    expect(refusal(planOn(conversationWith(), ayu, write))).toMatchObject({ error: { code: 'invalid' } })
    expect(refusal(planOn(conversationWith(given), visitor, write))).toMatchObject({ error: { code: 'forbidden' } })
    expect(events(planOn(conversationWith(given), ayu, write)).at(-1)).toEqual({
      kind: 'message.posted',
      data: { via: 'mail' },
    })
  })

  it('[EM91] with the whole conversation goes to a verified address alone', () => {
    const stream = conversationWith(given, { by: visitor, commands: [post('hello')] })
    expect(refusal(planOn(stream, ayu, command('mail.transcript', {})))).toMatchObject({ error: { code: 'forbidden' } })
    const proven = planOn(stream, reader, command('address.verify', { email: ADDRESS })).stream
    expect(events(planOn(proven, ayu, command('mail.transcript', {})))).toContainEqual({
      kind: 'transcript.requested',
      data: {},
    })
  })

  it('[EM92] whose conversation is erased leaves no address behind', () => {
    const erased = planOn(conversationWith(given), reader, command('content.erase', {}))
    expect(stateOf(erased.stream).mail).toMatchObject({ address: null, subject: null })
  })
})
