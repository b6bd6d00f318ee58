// Whatever a client may send, one whole example each: keys nobody asked for fall away at every depth, and where a value
// stands nothing else is taken, operators of query languages least of all.

import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import {
  AgentAuth,
  Command,
  Login,
  PasswordChange,
  REQUESTS,
  TwoStepBegin,
  TwoStepConfirm,
  TwoStepProof,
  VisitorAuth,
} from './index.ts'

const ID = '0197a000-0000-7000-8000-000000000001'
const FILE = '0'.repeat(32)
const PAGE = { url: 'https://acme.example/', title: 'Acme', referrer: 'https://elsewhere.example/' }
const EMAIL = 'ana@example.com'
const MAIL = {
  subject: 'Your order',
  from: { address: EMAIL, name: 'Ana' },
  to: [EMAIL],
  quoted: '> words',
  original: FILE,
}
const RECEIVED = {
  ...{ identity: ID, text: 'words', mail: MAIL, messageId: '<a@example.com>' },
  attachments: [{ id: FILE, name: 'a.png', type: 'image/png', size: 1, width: 1, height: 1 }],
}
const command = (kind: string, data: object) => ({ id: ID, kind, occurredAt: 1, data })

const COMMANDS = [
  command('message.post', {
    ...{ text: 'words', attachments: [{ id: FILE }], replyTo: ID },
    mail: { subject: 'Your order', cc: [EMAIL], bcc: [EMAIL] },
  }),
  command('conversation.open', { page: PAGE, locale: 'en' }),
  command('page.view', { page: PAGE }),
  command('conversation.assign', { agent: ID }),
  command('conversation.unassign', {}),
  command('conversation.close', { reason: 'done' }),
  command('conversation.reopen', {}),
  command('content.erase', { message: ID, reason: 'retention' }),
  command('agent.set-presence', { presence: 'break' }),
  command('address.give', { email: EMAIL }),
  command('address.verify', { email: EMAIL, identity: ID }),
  command('mail.plan', {
    ...{ kind: 'reply', messages: [ID], upTo: 1, messageId: '<a@example.com>', to: EMAIL, subject: 'Your order' },
  }),
  command('mail.delay', { limit: 'site', until: 1_700_000_000_000 }),
  command('mail.settle', { mail: ID, messages: [ID], outcome: 'refused', reason: 'no such user' }),
  command('mail.receive', { ...RECEIVED, verified: true, held: ID }),
  command('mail.hold', { ...RECEIVED, why: 'the sender is not verified' }),
  command('mail.stop', {}),
  command('mail.rule', { held: ID, accepted: true }),
  command('mail.transcript', {}),
]

const ARGUMENTS: Readonly<Record<keyof typeof REQUESTS, object>> = {
  commands: { stream: { kind: 'conversation', id: ID }, commands: COMMANDS },
  sync: { conversation: ID, have: 1 },
  unwatch: { conversation: ID },
  items: { conversation: ID, before: 9, limit: 5 },
  read: { conversation: ID, upTo: 1 },
  heads: {},
  logout: {},
  list: { list: 'all', status: 'open', after: { movedAt: 1, id: ID }, limit: 5, ids: [ID] },
  'file-urls': { conversation: ID, files: [FILE] },
  typing: { conversation: ID, typing: true },
}

const PASSWORD = 'a long enough one'
const EXAMPLES: readonly (readonly [string, v.GenericSchema, object])[] = [
  ...COMMANDS.map((one) => [one.kind, Command, one] as const),
  ...Object.entries(REQUESTS).map(
    ([name, { request }]) => [`request ${name}`, request, ARGUMENTS[name as keyof typeof REQUESTS]] as const,
  ),
  [
    'handshake of a visitor',
    VisitorAuth,
    { version: 1, site: 'acme', token: 'a'.repeat(43), identity: 'a.b.c', key: 'k' },
  ],
  ['handshake of an agent', AgentAuth, { version: 1 }],
  ['login', Login, { email: 'ayu@acme.example', password: PASSWORD, code: '123456' }],
  ['password', PasswordChange, { current: PASSWORD, next: PASSWORD }],
  ['two-step', TwoStepBegin, { password: PASSWORD }],
  ['two-step/confirm', TwoStepConfirm, { code: '123456' }],
  ['two-step/off', TwoStepProof, { password: PASSWORD, code: '123456' }],
]

const UNASKED = {
  ...Object.fromEntries(
    [
      ...['role', 'tenantId', 'workspace', 'seq', 'publicSeq', 'n', 'authorType', 'author', 'actor', 'createdAt', 'at'],
      ...['channel', 'contact', 'identity_', 'assignee', 'team', 'isAdmin', 'origin', 'constructor', 'toString'],
    ].map((key) => [key, 'admin']),
  ),
  ...JSON.parse('{"__proto__": {"isAdmin": true}}'),
}
const OPERATORS: readonly unknown[] = [
  { $ne: 1 },
  { $gt: '' },
  { $where: 'sleep(5000)' },
  { $regex: '.*' },
  { toString: 'x' },
  [{ $ne: 1 }],
]

/** The same value with the unasked keys in each object, or as it is where they are not to be. */
function withUnasked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnasked)
  if (typeof value !== 'object' || value === null) return value
  return { ...UNASKED, ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withUnasked(inner)])) }
}

/** The same value many times, in each another leaf replaced by the operator. */
function* replaced(value: unknown, operator: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return yield operator
  for (const key of Object.keys(value))
    for (const inner of replaced((value as Record<string, unknown>)[key], operator))
      yield Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
}

it('[SC11, SC33] there is an example of every command', () => {
  expect(COMMANDS.map(({ kind }) => kind).toSorted()).toEqual(
    Command.options.map(({ entries }) => entries.kind.literal).toSorted(),
  )
})

describe.each(EXAMPLES)('%s', (_name, schema, example) => {
  it('[SC11] is taken without the keys that nobody asked for', () => {
    expect(v.parse(schema, example)).toEqual(example)
    const parsed = v.parse(schema, withUnasked(example))
    expect(parsed).toEqual(example)
    expect(JSON.stringify(parsed)).not.toContain('admin')
  })

  it('[SC33] takes no operator where a value stands', () => {
    for (const operator of OPERATORS)
      for (const changed of replaced(example, operator))
        expect([changed, v.is(schema, changed)]).toEqual([changed, false])
  })
})
