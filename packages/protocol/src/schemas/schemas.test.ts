import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { uuid } from '../testing-actors.ts'
import { Command, MessageText, REQUESTS, SiteId, VisitorAuth } from './index.ts'

const issues = (schema: v.GenericSchema, value: unknown) => {
  const result = v.safeParse(schema, value)
  return result.success ? [] : result.issues.map((issue) => v.getDotPath(issue))
}

describe('commands', () => {
  it('[PR1] name the field that does not fit', () => {
    const post = (data: unknown, id: unknown = uuid(1)) => ({ id, kind: 'message.post', data })
    expect(issues(Command, post({ text: 'hi' }))).toEqual([])
    expect(issues(Command, post({ text: 7 }))).toEqual(['data.text'])
    expect(issues(Command, post({ text: 'hi' }, 0))).toEqual(['id'])
    expect(issues(Command, post({ text: 'hi' }, { $ne: 1 }))).toEqual(['id'])
    expect(issues(Command, post(null))).toEqual(['data'])
    expect(issues(Command, { id: uuid(1), kind: 'drop.table', data: {} })).toEqual(['kind'])
    for (const nothing of [null, undefined, 7, 'x', []]) expect(issues(Command, nothing)).not.toEqual([])
  })

  it('[PR2] lose unknown keys, at every depth', () => {
    const hostile = JSON.parse(
      `{"id":"${uuid(1)}","kind":"message.post","role":"admin","seq":9,"__proto__":{"x":1},"data":{"text":"hi","author":"x","publicSeq":1}}`,
    )
    const parsed = v.parse(Command, hostile)
    expect(parsed).toEqual({ id: uuid(1), kind: 'message.post', data: { text: 'hi' } })
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
  })
})

describe('text', () => {
  it('[PR3] is kept as it is', () => {
    for (const text of ['a', ' \n ', '👩‍👩‍👧', 'مرحبا', '\u202Ehidden', 'x'.repeat(4_000), '<img src=x onerror=alert(1)>'])
      expect(v.parse(MessageText, text)).toBe(text)
  })

  it('[PR3] is refused where it could not be kept', () => {
    for (const text of ['', '\u0000', 'a\u0000b', '\uD800', 'x\uDC00', 'x'.repeat(4_001)])
      expect(issues(MessageText, text), JSON.stringify(text).slice(0, 20)).toHaveLength(1)
  })
})

describe('the handshake and requests', () => {
  it('[PR1] a token has 32 bytes, a site id no surprises', () => {
    const auth = { version: 1, site: 'acme', token: 'A'.repeat(43) }
    expect(issues(VisitorAuth, auth)).toEqual([])
    expect(issues(VisitorAuth, { ...auth, token: 'short' })).toEqual(['token'])
    for (const site of ['', '../x', 'Acme', '-a', 'a-', 'a'.repeat(41), 'a b'])
      expect(issues(SiteId, site), site).toHaveLength(1)
    for (const site of ['a', 'acme', 'acme-2', '0']) expect(issues(SiteId, site), site).toEqual([])
  })

  it('[PR1] batches and pages have limits', () => {
    const command = { id: uuid(1), kind: 'conversation.reopen', data: {} }
    expect(issues(REQUESTS.commands.request, { commands: [] })).toEqual(['commands'])
    expect(issues(REQUESTS.commands.request, { commands: Array.from({ length: 51 }, () => command) })).toEqual([
      'commands',
    ])
    expect(issues(REQUESTS.items.request, { conversation: uuid(1), before: 1, limit: 51 })).toEqual(['limit'])
    expect(issues(REQUESTS.sync.request, { conversation: uuid(1), have: -1 })).toEqual(['have'])
    expect(issues(REQUESTS.sync.request, { conversation: uuid(1), have: 1.5 })).toEqual(['have'])
  })
})
