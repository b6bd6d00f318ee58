import { REQUESTS } from '@pendopo/protocol/schemas'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createQuickParse, REFUSED } from './quick-parse.ts'

const mostly = <Value>(usual: fc.Arbitrary<Value>, seldom: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 20, arbitrary: usual }, { weight: 1, arbitrary: seldom })
const uuid = mostly(
  fc.constant('0190b8a4-0000-7000-8000-000000000000'),
  fc.constantFrom('0190B8A4-0000-7000-8000-000000000000', 'x', ''),
)
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 0.5, 2 ** 53, '', '\u0000', '\uD800', [], {}, 'conversation', true),
)
const near = (usual: fc.Arbitrary<unknown>) => mostly(usual, odd)
const number = mostly(fc.nat(), fc.constantFrom(-1, 1.5, 2 ** 53))
const text = mostly(fc.string({ maxLength: 20 }), fc.constantFrom('a'.repeat(4_001), 'b'.repeat(4_000), '\uDFFF'))
const command = fc.record(
  {
    id: near(uuid),
    kind: near(
      fc.constantFrom('message.post', 'conversation.open', 'page.view', 'conversation.assign', 'mail.rule', 'nothing'),
    ),
    occurredAt: near(number),
    data: near(
      fc.record(
        {
          text: near(text),
          attachments: near(fc.array(fc.record({ id: near(fc.constantFrom('0'.repeat(32), 'x')) }), { maxLength: 12 })),
          replyTo: near(uuid),
          mail: near(fc.record({ subject: near(text), cc: near(fc.array(near(fc.emailAddress()))) })),
          page: near(fc.record({ url: near(text), title: near(text) }, { requiredKeys: [] })),
          agent: near(uuid),
          extra: odd,
        },
        { requiredKeys: [] },
      ),
    ),
    extra: odd,
  },
  { requiredKeys: ['id', 'kind', 'data'] },
)
/** Everything that any request has, well made or nearly. */
const request = fc.record(
  {
    stream: near(fc.record({ kind: near(fc.constantFrom('conversation', 'agent')), id: near(uuid) })),
    commands: near(fc.array(near(command), { maxLength: 4 })),
    conversation: near(uuid),
    have: near(fc.option(number)),
    before: near(number),
    limit: near(number),
    upTo: near(number),
    list: near(fc.constantFrom('mine', 'unassigned', 'all')),
    status: near(fc.constantFrom('open', 'closed', 'all')),
    after: near(fc.record({ movedAt: near(number), id: near(uuid) })),
    ids: near(fc.array(near(uuid))),
    files: near(fc.array(near(fc.constantFrom('0'.repeat(32), 'x')))),
    typing: near(fc.boolean()),
  },
  { requiredKeys: [] },
)

/** As it comes from the wire: own keys, `__proto__` among them, and nothing that JSON does not have. */
const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('a quick parse', () => {
  it.each(Object.entries(REQUESTS))('takes of %s what its schema takes, and gives the same', (_name, entry) => {
    const schema: v.GenericSchema = entry.request
    const quick = createQuickParse(schema)
    let taken = 0
    fc.assert(
      fc.property(near(request), (value) => {
        const argument = parsed(value)
        const { success, output } = v.safeParse(schema, argument)
        const result = quick(argument)
        expect(result !== REFUSED).toBe(success)
        if (success) expect(result).toStrictEqual(output)
        taken += success ? 1 : 0
      }),
      { numRuns: 1_000 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  it('takes what it does not know through the schema itself', () => {
    const schema = v.object({
      strict: v.strictObject({ a: v.number() }),
      trimmed: v.pipe(v.string(), v.trim()),
      withDefault: v.optional(v.string(), 'x'),
    })
    const quick = createQuickParse(schema)
    expect(quick({ strict: { a: 1 }, trimmed: ' b ' })).toEqual({ strict: { a: 1 }, trimmed: 'b', withDefault: 'x' })
    expect(quick({ strict: { a: 1, b: 2 }, trimmed: 'b' })).toBe(REFUSED)
    const even = createQuickParse(
      v.object({
        size: v.pipe(
          v.optional(v.number()),
          v.check((size) => size === undefined || size % 2 === 0),
        ),
      }),
    )
    expect(even({ size: 2 })).toEqual({ size: 2 })
    expect(even({ size: 3 })).toBe(REFUSED)
  })

  it('keeps no key that the schema does not name, not even __proto__', () => {
    const quick = createQuickParse(v.object({ a: v.number() }))
    expect(quick(JSON.parse('{"a":1,"b":2,"__proto__":{"c":3}}'))).toStrictEqual({ a: 1 })
  })

  it('gives back what has the keys of the schema in its order, and a copy of anything else', () => {
    const quick = createQuickParse(v.object({ a: v.optional(v.number()), b: v.array(v.object({ c: v.string() })) }))
    const exact = { a: 1, b: [{ c: 'x' }] }
    expect(quick(exact)).toBe(exact)
    const [turned, longer] = [
      { b: [{ c: 'x' }], a: 1 },
      { a: 1, b: [{ c: 'x' }, { c: 'y', d: 1 }] },
    ]
    expect(JSON.stringify(quick(turned))).toBe('{"a":1,"b":[{"c":"x"}]}')
    expect(quick(longer)).toStrictEqual({ a: 1, b: [{ c: 'x' }, { c: 'y' }] })
    expect(longer.b[1]).toHaveProperty('d')
  })

  it('reads each part once, however deep the key is that makes it copy', () => {
    let reads = 0
    const leaf = v.object({
      text: v.pipe(
        v.string(),
        v.check(() => (reads += 1) > 0),
      ),
    })
    const quick = createQuickParse(v.object({ a: v.object({ b: v.object({ c: v.object({ d: leaf }) }) }) }))
    expect(quick({ a: { b: { c: { d: { text: 'x', more: 1 } } } } })).toStrictEqual({
      a: { b: { c: { d: { text: 'x' } } } },
    })
    expect(reads).toBe(1)
  })
})
