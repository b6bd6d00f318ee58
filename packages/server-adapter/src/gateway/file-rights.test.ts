// Whose a file is, for real: files of two visitors on each of two sites, and one of an agent's, tried by visitors and
// agents of the same and of another workspace in every way there is, and compared with the committed matrix. Whoever may
// not is answered word for word as if there were no such file.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { Uploaded } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSite } from '../sites/create-site.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import { gif } from '../testing/file-samples.ts'
import {
  cookieOf,
  newId,
  newToken,
  open,
  ORIGIN,
  post,
  startTestServer,
  type TestClient,
  type TestServer,
} from '../testing/test-server.ts'

const OWNERS = ['acme visitor 1', 'acme visitor 2', 'beta visitor 1', 'beta visitor 2', 'agent'] as const
const ACTORS = [
  ...(['acme visitor 1', 'acme visitor 2', 'beta visitor 1', 'beta visitor 2'] as const),
  ...(['acme visitor 1 on beta', 'agent', 'foreign-team agent', 'admin'] as const),
  ...(['other workspace visitor', 'other workspace agent', 'other workspace admin'] as const),
] as const
const ACTIONS = ['view', 'download', 'download through own', 'preview', 'attach', 'attach again'] as const
type Owner = (typeof OWNERS)[number]
type Actor = (typeof ACTORS)[number]
type Action = (typeof ACTIONS)[number]

/** `ok`, `nothing` (an empty list), a code, or for what goes over HTTP the status. */
const Outcome = v.union([v.picklist(['ok', 'nothing', 'not_found']), v.literal(200), v.literal(404)])
const Row = v.strictObject(v.entriesFromList(ACTORS, Outcome))
const MATRIX = v.parse(
  v.strictObject(v.entriesFromList(OWNERS, v.strictObject(v.entriesFromList(ACTIONS, Row)))),
  JSON.parse(readFileSync(new URL('../testing/file-rights-matrix.json', import.meta.url), 'utf8')),
)

/** Somebody, with a conversation that they may write in. */
interface Person {
  readonly client: TestClient
  readonly home: string
  upload(): Promise<string>
}

/** A file of somebody's in a conversation, and where. */
interface Placed {
  readonly id: string
  readonly conversation: string
}

const folder = mkdtempSync(join(tmpdir(), 'pendopo-file-rights-'))
let server: TestServer
let people: Readonly<Record<Actor, Person>>
let placed: Readonly<Record<Owner, Placed>>

const attach = (...ids: readonly string[]) => ({
  id: newId(),
  kind: 'message.post' as const,
  data: { attachments: ids.map((id) => ({ id })) },
})

async function uploadAs(path: string, headers: Record<string, string>): Promise<string> {
  const response = await fetch(`${server.url}${path}?name=a.gif`, { method: 'POST', headers, body: gif() })
  return v.parse(Uploaded, await response.json()).file.id
}

async function visitorOf(site: string, token = newToken()): Promise<Person> {
  const client = await server.connect('/visitor', { version: PROTOCOL_VERSION, site, token }, { origin: ORIGIN })
  await client.next('welcome')
  const { stream } = await client.ask('commands', { commands: [open(), post('mine')] })
  const upload = () => uploadAs(`/${site}/files`, { origin: ORIGIN, authorization: `Bearer ${token}` })
  return { client, home: stream.id, upload }
}

/** An agent at work in one conversation. */
async function agentAt(home: string, client: TestClient & { readonly cookie: string }): Promise<Person> {
  return { client, home, upload: () => uploadAs('/api/agent/files', { origin: server.url, cookie: client.cookie }) }
}

async function place({ client, upload }: Person, conversation: string): Promise<Placed> {
  const id = await upload()
  const stream = { kind: 'conversation', id: conversation } as const
  const { results } = await client.ask('commands', { stream, commands: [attach(id)] })
  expect(results).toMatchObject([{ ok: true }])
  return { id, conversation }
}

beforeAll(async () => {
  // A second workspace beside the first, which only the store knows how to make.
  const store = await openSqliteStore({ path: join(folder, 'pendopo.db'), readers: [] })
  const PLENTY = 1_000_000
  const uploads = { uploadsPerHour: PLENTY, uploadsPerHourPerAddress: PLENTY }
  server = await startTestServer({
    store,
    limits: { ...uploads, httpPerMinute: PLENTY, postBurst: PLENTY, requestsPerSecond: PLENTY },
  })
  await server.pendopo.addSite({ name: 'Beta', origins: [ORIGIN] })
  const elsewhere = { workspace: 'elsewhere', origins: [ORIGIN], now: Date.now() }
  await store.directory.addSite(createSite({ ...elsewhere, name: 'Gamma' }))

  /** The same account in the other workspace. */
  const foreigner = async (role: 'agent' | 'admin') => {
    const { agent, password } = await server.pendopo.addAgent({ email: `${newId()}@acme.example`, role })
    const email = `${newId()}@gamma.example`
    await store.directory.addAgent({ ...agent, id: newId(), email, workspace: elsewhere.workspace })
    const cookie = cookieOf(await server.login(email, password))
    const client = await server.connect('/agent', { version: PROTOCOL_VERSION }, { cookie, origin: server.url })
    await client.next('welcome')
    return Object.assign(client, { cookie })
  }

  const token = newToken()
  const [first, second] = [await visitorOf('acme', token), await visitorOf('acme')]
  const [third, fourth] = [await visitorOf('beta'), await visitorOf('beta')]
  const [sameToken, distant] = [await visitorOf('beta', token), await visitorOf('gamma')]
  const neighbour = await visitorOf('acme')
  const admin = await agentAt(neighbour.home, await server.agent({ role: 'admin' }))
  const agent = await agentAt(neighbour.home, await server.agent({ role: 'agent' }))
  const narrow = await server.agent({ role: 'agent', sight: 'own' })
  const theirs = await visitorOf('acme')
  await admin.client.ask('commands', {
    stream: { kind: 'conversation', id: theirs.home },
    commands: [{ id: newId(), kind: 'conversation.assign', data: { agent: narrow.agent.id } }],
  })
  people = {
    'acme visitor 1': first,
    'acme visitor 2': second,
    'beta visitor 1': third,
    'beta visitor 2': fourth,
    'acme visitor 1 on beta': sameToken,
    agent,
    'foreign-team agent': await agentAt(theirs.home, narrow),
    admin,
    'other workspace visitor': distant,
    'other workspace agent': await agentAt(distant.home, await foreigner('agent')),
    'other workspace admin': await agentAt(distant.home, await foreigner('admin')),
  }
  placed = {
    'acme visitor 1': await place(first, first.home),
    'acme visitor 2': await place(second, second.home),
    'beta visitor 1': await place(third, third.home),
    'beta visitor 2': await place(fourth, fourth.home),
    agent: await place(agent, first.home),
  }
}, 60_000)
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

const Reply = v.variant('ok', [
  v.looseObject({ ok: v.literal(true) }),
  v.object({ ok: v.literal(false), error: v.object({ code: v.string(), message: v.string() }) }),
])
const Urls = v.array(v.object({ id: v.string(), url: v.string() }))
const Results = v.array(Reply)

/** What was answered, and all of its words. */
interface Answered {
  readonly outcome: string | number
  readonly words: string
}

async function asked({ client }: Person, name: string, request: object): Promise<Answered & { reply: unknown }> {
  const reply = v.parse(Reply, await client.raw(name, request))
  if (!reply.ok) return { outcome: reply.error.code, words: JSON.stringify(reply.error), reply }
  return { outcome: 'ok', words: '', reply }
}

async function addressOf(person: Person, conversation: string, id: string): Promise<Answered & { url?: string }> {
  const answer = await asked(person, 'file-urls', { conversation, files: [id] })
  if (answer.outcome !== 'ok') return answer
  const [found] = v.parse(v.looseObject({ urls: Urls }), answer.reply).urls
  return found === undefined ? { outcome: 'nothing', words: '' } : { ...answer, url: found.url }
}

async function loaded(url: string, headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(new URL(url, `${server.url}/`), { headers })
  return { outcome: response.status, words: response.ok ? '' : await response.text() }
}

async function attached(person: Person, id: string): Promise<Answered> {
  const stream = { kind: 'conversation', id: person.home }
  const answer = await asked(person, 'commands', { stream, commands: [attach(id)] })
  if (answer.outcome !== 'ok') return answer
  const [result] = v.parse(v.looseObject({ results: Results }), answer.reply).results
  return result?.ok === false ? { outcome: result.error.code, words: JSON.stringify(result.error) } : answer
}

const ASK: { readonly [Name in Action]: (person: Person, file: Placed) => Promise<Answered> } = {
  view: (person, { conversation }) => asked(person, 'sync', { conversation, have: null }),
  /** Asks for an address as a client does, and follows it. */
  download: async (person, { conversation, id }) => {
    const { url, ...answer } = await addressOf(person, conversation, id)
    return url === undefined ? answer : loaded(url)
  },
  'download through own': (person, { id }) => addressOf(person, person.home, id),
  /** As a picture in a page: with one's own address where there is one, else with what signs a file of one's own. */
  preview: async (person, { conversation, id }) => {
    const own = await addressOf(person, conversation, id)
    const mine = await place(person, person.home)
    const { url = '' } = own.url === undefined ? await addressOf(person, mine.conversation, mine.id) : own
    return loaded(url.replace(mine.id, id), { 'sec-fetch-dest': 'image', accept: 'image/*' })
  },
  attach: (person, { id }) => attached(person, id),
  'attach again': (person, { id }) => attached(person, id),
}

/** What the action is tried on: the file in its conversation, or for attaching one that is in none yet. */
const subject = async (owner: Owner, action: Action): Promise<Placed> =>
  action === 'attach' ? { id: await people[owner].upload(), conversation: placed[owner].conversation } : placed[owner]

const missing = (): Placed => ({ id: randomBytes(16).toString('hex'), conversation: newId() })

it.each(OWNERS)('[FI7] [SC32] the file of %s, by everybody, in every way', async (owner) => {
  const actual: Record<string, Record<string, string | number>> = {}
  for (const action of ACTIONS) {
    const row: Record<string, string | number> = {}
    for (const actor of ACTORS) {
      const answer = await ASK[action](people[actor], await subject(owner, action))
      row[actor] = answer.outcome
      if (answer.words === '') continue
      const none = await ASK[action](people[actor], missing())
      expect([owner, action, actor, answer]).toEqual([owner, action, actor, none])
    }
    actual[action] = row
  }
  expect(actual).toEqual(MATRIX[owner])
})
