import type { Answer, WireEvent } from '@pendopo/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerJson, eventJson, packetJson } from './wire-texts.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 })
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const seldom = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })
const content: fc.Arbitrary<WireEvent['content']> = fc.oneof(
  fc.record({ text }),
  fc.constant(null),
  fc.constant({}),
  fc.record({ text, page: fc.record({ url: text }) }),
  fc.record({ attachments: fc.array(fc.record({ id: fc.uuid(), name: text, type: text, size: time })) }),
)
/** With the keys that are there in the order in which `toWireEvent` makes them. */
const event = fc
  .record({
    ...{
      n: time,
      kind: fc.oneof(fc.constantFrom('message.posted', 'conversation.closed'), text),
      id: fc.uuid(),
      at: time,
    },
    actor: fc.record({ kind: fc.constantFrom('visitor', 'agent', 'system'), id: fc.oneof(fc.uuid(), text) }),
    data: fc.oneof(fc.constant({}), fc.record({ reason: text, nested: fc.jsonValue() })),
    author: seldom(fc.record({ kind: fc.constantFrom('contact', 'bot'), name: text })),
    occurredAt: seldom(time),
    content: seldom(content),
  })
  .map(({ n, kind, id, actor, at, data, author, occurredAt, content: said }): WireEvent => {
    const wire: WireEvent = { n, kind, id, actor, at, data }
    if (author !== undefined) wire.author = author
    if (occurredAt !== undefined) wire.occurredAt = occurredAt
    if (said !== undefined) wire.content = said
    return wire
  })
const result = fc
  .record({ id: fc.uuid(), at: seldom(time), n: seldom(fc.tuple(time, time)), refused: fc.boolean() })
  .map(({ id, at, n, refused }): Answer<'commands'>['results'][number] =>
    refused
      ? { id, ok: false, error: { code: 'invalid', message: '"quoted"' } }
      : { id, ok: true, ...(at !== undefined && { at }), ...(n !== undefined && { n }) },
  )

describe('JSON put together by hand', () => {
  it('is that of JSON.stringify for events', () => {
    fc.assert(fc.property(event, (one) => eventJson(one) === JSON.stringify(one)))
  })

  it('is that of JSON.stringify for answers to commands, and for any other', () => {
    const stream = fc.record({ kind: fc.constantFrom('conversation', 'agent'), id: fc.uuid() })
    const appended = fc.record({ ok: fc.constant(true), stream, results: fc.array(result), events: fc.array(event) })
    const other = fc.record({ ok: fc.boolean(), n: time, events: fc.array(event) })
    fc.assert(fc.property(fc.oneof(appended, other), (answer) => answerJson(answer) === JSON.stringify(answer)))
  })

  it('is that of JSON.stringify for packets of events, and for any other', () => {
    const people = fc.constant({ a: { kind: 'agent', name: 'A "B"', online: true } as const })
    const entry = fc
      .record({ conversation: fc.uuid(), events: fc.array(event), people: seldom(people) })
      .map(({ people: named, ...rest }) => (named === undefined ? rest : { ...rest, people: named }))
    fc.assert(fc.property(fc.array(entry), (packet) => packetJson(packet) === JSON.stringify(packet)))
    expect(packetJson({ conversation: 'c' })).toBe('{"conversation":"c"}')
  })
})
