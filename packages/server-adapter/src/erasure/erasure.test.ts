import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, StreamRef } from '@pendopo/protocol'
import { pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'
import { createLocalStorage } from '../files/local-storage.ts'
import { createLog } from '../log/create-log.ts'
import { createManualClock, eventually } from '../readers/testing.test.support.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { examineSqlite } from '../store/sqlite/examine.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { newAgent, newId, newVisitor, openCommand, postCommand } from '../testing/store-contract/fixture.ts'
import { eraseVisitor } from './erase-visitor.ts'
import { exportVisitor } from './export-visitor.ts'
import { createRetention } from './retention.ts'

const folder = mkdtempSync(join(tmpdir(), 'pendopo-erasure-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const storage = createLocalStorage(join(folder, 'files'))

/** What is looked for in the bytes of the database afterwards. */
const MARKER = 'Xq7marker'
const DAY = 86_400_000

async function person(store: Store, workspace: string, name: string, email: string | null) {
  const [identity, contact] = [newId(), newId()]
  const now = Date.now()
  await store.directory.ensureIdentity({
    ...{ workspace, channel: 'acme', id: identity, contact, name, email, now },
    kind: 'user',
    key: `${name} ${email}`,
  })
  return { ...newVisitor(), identity, identities: [identity], contact }
}

const open = (title: string): Command => ({
  id: newId(),
  kind: 'conversation.open',
  data: { page: { url: 'https://acme.example/', title } },
})
const view = (title: string): Command => ({
  id: newId(),
  kind: 'page.view',
  data: { page: { url: `https://acme.example/${title.length}`, title } },
})

/** A shop's morning: somebody who will be erased among others, on pages that fill, split and are rewritten. */
async function live(store: Store, seed: number) {
  const workspace = await store.directory.defaultWorkspace()
  const log = createLog({ store, now: Date.now })
  const wanted = await person(store, workspace, `${MARKER} name`, `${MARKER}@acme.example`)
  const others = await Promise.all(Array.from({ length: 20 }, (_, n) => person(store, workspace, `other ${n}`, null)))
  const agent = newAgent()
  const streams = new Map<string, StreamRef>()
  const say = async (who: typeof wanted, ...commands: Command[]) => {
    const stream = streams.get(who.identity) ?? null
    const all = stream === null ? [open(who === wanted ? `${MARKER} page` : 'home'), ...commands] : commands
    streams.set(who.identity, (await log.submit({ workspace, stream, commands: all, actor: who })).stream)
  }
  let state = seed
  const random = (below: number) => ((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) >>> 8) % below
  for (let n = 0; n < 300; n++) {
    const who = random(3) === 0 ? wanted : (others[random(others.length)] ?? wanted)
    const words = `${who === wanted ? MARKER : 'word'} ${'x'.repeat(random(1_500))}`
    await say(who, random(4) === 0 ? view(words.slice(0, 200)) : postCommand(words))
    const stream = streams.get(who.identity)
    if (random(4) === 0 && stream !== undefined)
      await log.submit({ workspace, stream, commands: [postCommand(`answer to ${n}`)], actor: agent })
  }
  const stream = streams.get(wanted.identity)
  if (stream === undefined) throw new Error('unable to test; nobody said anything')
  return { workspace, log, wanted, stream }
}

/** How often the marker stands in the files of the database. */
const hits = (name: string): number =>
  readdirSync(folder)
    .filter((file) => file.startsWith(name))
    .reduce((sum, file) => sum + readFileSync(join(folder, file)).toString('latin1').split(MARKER).length - 1, 0)

/** Nobody is connected here. */
const endSockets = () => {}

describe('erasure', () => {
  it.each([1, 2, 3])('[OP26] nothing of a visitor is left in the bytes of the database (seed %i)', async (seed) => {
    const path = join(folder, `seed-${seed}.db`)
    const store = await openSqliteStore({ path, readers: [{ name: 'copy', streams: ['conversation'], delayMs: 0 }] })
    const { workspace, log, wanted, stream } = await live(store, seed)
    expect(hits(`seed-${seed}`)).toBeGreaterThan(50)
    const before = await store.log.events(workspace, stream, 'team', 0, 1_000)
    const contacts = await store.privacy.contacts(workspace, wanted.contact)
    const erased = await eraseVisitor({ store, storage, log, endSockets }, workspace, contacts)
    expect(erased).toMatchObject([{ contact: wanted.contact, conversations: [stream.id] }])
    expect(hits(`seed-${seed}`)).toBe(0)

    // The envelopes are as they were, and one more says what happened.
    const after = await store.log.events(workspace, stream, 'team', 0, 1_000)
    expect(after.slice(0, -1)).toEqual(before.map((event) => ({ ...event, content: null })))
    expect(after.at(-1)).toMatchObject({ kind: 'content.erased', publicSeq: expect.any(Number) })
    await log.close()
    await store.close()
    expect(hits(`seed-${seed}`)).toBe(0)
    expect(examineSqlite(path, 'whole').faults).toEqual([])
  })

  it('[OP26] may be done again, and takes what came since', async () => {
    const store = createMemoryStore()
    const { workspace, log, wanted, stream } = await live(store, 4)
    const contacts = await store.privacy.contacts(workspace, wanted.identity)
    await eraseVisitor({ store, storage, log, endSockets }, workspace, contacts)
    await log.submit({ workspace, stream, commands: [postCommand('one more')], actor: wanted })
    await eraseVisitor({ store, storage, log, endSockets }, workspace, contacts)
    const events = await store.log.events(workspace, stream, 'team', 0, 1_000)
    expect(events.filter(({ content }) => content !== null)).toEqual([])
    expect(events.filter(({ kind }) => kind === 'content.erased')).toHaveLength(2)
  })

  it('[OP26] what somebody writes meanwhile is erased too, or stays and shows: never the one without the other', async () => {
    const store = createMemoryStore()
    const { workspace, log, wanted, stream } = await live(store, 5)
    const contacts = await store.privacy.contacts(workspace, wanted.identity)
    const erasing = eraseVisitor({ store, storage, log, endSockets }, workspace, contacts)
    await Promise.all([
      erasing,
      ...Array.from({ length: 10 }, (_, n) =>
        log.submit({ workspace, stream, commands: [postCommand(`meanwhile ${n}`)], actor: wanted }),
      ),
    ])
    const events = await store.log.events(workspace, stream, 'team', 0, 1_000)
    const at = events.findLastIndex(({ kind }) => kind === 'content.erased')
    expect(events.slice(0, at).filter(({ content }) => content !== null)).toEqual([])
    for (const { kind, content } of events.slice(at + 1)) if (kind === 'message.posted') expect(content).not.toBeNull()
  })
})

describe('export', () => {
  it('[OP25] holds who they are, every message in order, and how far they read', async () => {
    const store = createMemoryStore()
    const { workspace, wanted, stream } = await live(store, 6)
    const contacts = await store.privacy.contacts(workspace, `${MARKER}@ACME.example`)
    const [exported] = await exportVisitor(store, workspace, contacts)
    expect(exported).toMatchObject({ id: wanted.contact, name: `${MARKER} name`, email: `${MARKER}@acme.example` })
    const events = await store.log.events(workspace, stream, 'team', 0, 1_000)
    expect(exported?.conversations).toMatchObject([{ id: stream.id, channel: 'acme', status: 'open', marks: [] }])
    const texts = exported?.conversations[0]?.items.flatMap(({ content }) => content?.text ?? [])
    expect(texts).toEqual(events.flatMap(({ content }) => content?.text ?? []))
    expect(texts?.length).toBeGreaterThan(20)
  })
})

describe('retention', () => {
  it('[OP27] conversations lose their content so many days after they were closed, site by site', async () => {
    const clock = createManualClock()
    const store = createMemoryStore({ now: clock.now })
    const workspace = await store.directory.defaultWorkspace()
    const log = createLog({ store, now: clock.now })
    const start = async (channel: string, isClosed: boolean) => {
      const visitor = newVisitor(channel)
      const commands = [openCommand(), postCommand('hello')]
      const { stream } = await log.submit({ workspace, stream: null, commands, actor: visitor })
      const close = { id: newId(), kind: 'conversation.close', data: {} } as const
      if (isClosed) await log.submit({ workspace, stream, commands: [close], actor: newAgent() })
      return { stream, visitor }
    }
    const first = await start('acme', true)
    const open = await start('acme', false)
    const shop = await start('shop', true)
    const archive = await start('archive', true)
    const retention = createRetention({
      ...{ store, storage, log, clock, logger: pino({ level: 'silent' }) },
      workspaces: async () => [workspace],
      days: { default: 30, sites: { shop: 10, archive: 0 } },
    })
    const texts = async ({ stream }: typeof first) =>
      (await store.log.items(workspace, stream.id, 'team', null, 10)).items.flatMap(
        ({ content }) => content?.text ?? [],
      )

    clock.advance(10 * DAY)
    await eventually(async () => expect(await texts(shop)).toEqual([]))
    expect(await texts(first)).toEqual(['hello'])
    await eventually(async () => {
      clock.advance(10 * DAY)
      expect(await texts(first)).toEqual([])
    })
    expect(await texts(open)).toEqual(['hello'])
    expect(await texts(archive)).toEqual(['hello'])

    // Nothing is cut twice; what is said later is kept its own time.
    expect(await retention.run()).toBe(0)
    await log.submit({ workspace, stream: first.stream, commands: [postCommand('back')], actor: first.visitor })
    expect(await retention.run()).toBe(0)
    expect(await texts(first)).toEqual(['back'])
    await retention.close()
  })
  it('[OP27] one that cannot be cut now keeps none of the others, and is tried again', async () => {
    const clock = createManualClock()
    const store = createMemoryStore({ now: clock.now })
    const workspace = await store.directory.defaultWorkspace()
    const log = createLog({ store, now: clock.now })
    for (let n = 0; n < 3; n++) {
      const commands = [openCommand(), postCommand('hello')]
      const { stream } = await log.submit({ workspace, stream: null, commands, actor: newVisitor('acme') })
      await log.submit({
        ...{ workspace, stream, actor: newAgent() },
        commands: [{ id: newId(), kind: 'conversation.close', data: {} }],
      })
    }
    clock.advance(31 * DAY)
    let failures = 1
    const failing = {
      ...storage,
      delete: async () => {
        if (failures-- > 0) throw new Error('the disk is away')
      },
    }
    const retention = createRetention({
      ...{ store, storage: failing, log, clock, logger: pino({ level: 'silent' }) },
      workspaces: async () => [workspace],
      days: { default: 30 },
    })
    expect(await retention.run()).toBe(2)
    expect(await retention.run()).toBe(1)
    await retention.close()
  })
})
