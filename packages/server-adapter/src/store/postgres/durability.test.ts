// What Postgres alone can show: a server that is killed, stopped, full or slow, and nodes that start at once.

import type { StreamRef, VisitorActor } from '@pendopo/protocol'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, startPostgres, type PrivateServer } from '../../../../../tools/services.mjs'
import {
  createHand,
  createStandingClock,
  newVisitor,
  postCommand,
  type Hand,
} from '../../testing/store-contract/fixture.ts'
import { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.ts'

let postgres: PrivateServer
beforeAll(async () => {
  postgres = await startPostgres()
}, 60_000)
afterAll(() => postgres.stop(), 60_000)

async function open(options: Partial<PostgresStoreOptions> = {}): Promise<{ hand: Hand; url: string }> {
  const { url } = await createDatabase(postgres.url)
  const store = await openPostgresStore({ connectionString: url, readers: [], ...options })
  return { hand: await createHand(store, createStandingClock()), url }
}

async function ask(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

/** Sends messages one after the other until one is refused; returns those that were acknowledged. */
async function sendUntilRefused(hand: Hand, ref: StreamRef, visitor: VisitorActor) {
  const acked: string[] = []
  for (;;) {
    const command = postCommand(`message ${acked.length}`)
    try {
      await hand.submit(ref, [command], visitor)
    } catch (error) {
      return { acked, error }
    }
    acked.push(command.id)
  }
}

const storedIds = async (hand: Hand, ref: StreamRef) => {
  const events = await hand.store.log.events(hand.workspace, ref, 'team', 0, 100_000)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  return events.map(({ command }) => command)
}

test('[ST42] killed in the middle it refuses, keeps what it acknowledged, and works again after a restart', async () => {
  const { hand } = await open()
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor)
  const sending = sendUntilRefused(hand, ref, visitor)
  await hand.store.ping()
  while ((await hand.state(ref)).state?.seq === 1);
  await postgres.kill()
  const { acked, error } = await sending
  expect(error).toMatchObject({ name: 'StoreError', code: 'unavailable' })
  await expect(hand.store.ping()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(hand.submit(ref, [postCommand('no')], visitor)).rejects.toMatchObject({ code: 'unavailable' })
  await postgres.start()
  const stored = await storedIds(hand, ref)
  expect(acked.length).toBeGreaterThan(0)
  expect(acked.filter((id) => !stored.includes(id))).toEqual([])
  await hand.submit(ref, [postCommand('again')], visitor)
  await hand.store.close()
}, 60_000)

test('[ST42] an orderly restart of the server is one refusal at most for each connection', async () => {
  const { hand } = await open({ size: 2 })
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor)
  await postgres.halt()
  await postgres.start()
  const send = () =>
    hand.submit(ref, [postCommand('hello')], visitor).then(
      () => true,
      () => false,
    )
  const outcomes = [await send(), await send(), await send()]
  expect(outcomes.at(-1)).toBe(true)
  expect(await storedIds(hand, ref)).toHaveLength(1 + outcomes.filter(Boolean).length)
  await hand.store.close()
}, 60_000)

test('[ST42] a server that does not answer within the limit is refused, and what it did not do is not there', async () => {
  const { hand, url } = await open({ statementTimeoutMs: 300 })
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor)
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  await other.query('begin')
  await other.query('lock table event in exclusive mode')
  await expect(hand.submit(ref, [postCommand('slow')], visitor)).rejects.toMatchObject({ code: 'unavailable' })
  await other.query('rollback')
  await other.end()
  expect(await storedIds(hand, ref)).toHaveLength(1)
  await hand.submit(ref, [postCommand('fast')], visitor)
  await hand.store.close()
})

test('[ST42] a server without room for more is refused, whatever has no room, and stores nothing', async () => {
  const { hand, url } = await open()
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor)
  // What a full disk answers at the moment of writing, without filling the disk of this machine.
  await ask(
    url,
    `create function no_room() returns trigger language plpgsql as
       $$ begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
     create trigger no_room before insert on event execute function no_room()`,
  )
  await expect(hand.submit(ref, [postCommand('x')], visitor)).rejects.toMatchObject({ code: 'unavailable' })
  expect((await hand.state(ref)).state?.seq).toBe(1)
  await ask(url, 'drop trigger no_room on event')
  await hand.submit(ref, [postCommand('x')], visitor)
  expect(await storedIds(hand, ref)).toHaveLength(2)
  await hand.store.close()
})

test('[ST42] an address where nobody answers, or nobody may enter, is refused as unavailable', async () => {
  const nowhere = 'postgres://pendopo@127.0.0.1:1/pendopo'
  const stranger = postgres.url.replace(/:[^:@]*@/, ':wrong@')
  const missing = postgres.url.replace(/postgres$/, 'missing')
  for (const connectionString of [nowhere, stranger, missing])
    await expect(openPostgresStore({ connectionString, readers: [] })).rejects.toMatchObject({ code: 'unavailable' })
})

test('[ST43] a session is durable whatever the database says, and waits for the disk', async () => {
  const { url } = await createDatabase(postgres.url)
  await ask(url, `alter database "${new URL(url).pathname.slice(1)}" set synchronous_commit = off`)
  expect(await ask(url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'off' }])
  const store = await openPostgresStore({ connectionString: url, readers: [] })
  const visitor = newVisitor()
  const hand = await createHand(store, createStandingClock())
  const ref = await hand.conversation(visitor)
  await ask(
    url,
    `create table level (text text);
     create function note() returns trigger language plpgsql as
       $$ begin insert into level values (current_setting('synchronous_commit')); return null; end $$;
     create trigger note after insert on event execute function note()`,
  )
  await hand.submit(ref, [postCommand('hello')], visitor)
  expect(await ask(url, 'select distinct text from level')).toEqual([{ text: 'on' }])
  await store.close()
})

test('[ST43] many who ask at once share few connections, and all are answered', async () => {
  const { hand, url } = await open({ size: 3 })
  const ref = await hand.conversation(newVisitor())
  const answers = await Promise.all(Array.from({ length: 200 }, () => hand.state(ref)))
  expect(answers).toHaveLength(200)
  const [row] = await ask(
    url,
    "select count(*)::int as count from pg_stat_activity where application_name = 'pendopo' and datname = current_database()",
  )
  expect(row?.count).toBeLessThanOrEqual(3)
  await hand.store.close()
})

test('[ST44] nodes that open a fresh database at the same moment migrate it once, and share one workspace', async () => {
  const { url } = await createDatabase(postgres.url)
  const stores = await Promise.all(
    Array.from({ length: 4 }, () => openPostgresStore({ connectionString: url, readers: [], size: 2 })),
  )
  const workspaces = await Promise.all(stores.map(({ directory }) => directory.defaultWorkspace()))
  expect(new Set(workspaces).size).toBe(1)
  expect(await ask(url, 'select count(*)::int as count from workspace')).toEqual([{ count: 1 }])
  for (const store of stores) await store.close()
})

test('[ST20] a Postgres database of a later version is refused and left as it is', async () => {
  const { url } = await createDatabase(postgres.url)
  await (await openPostgresStore({ connectionString: url, readers: [] })).close()
  await ask(url, "insert into migration (name) values ('9999-later')")
  const before = await ask(url, 'select name from migration order by name')
  await expect(openPostgresStore({ connectionString: url, readers: [] })).rejects.toMatchObject({
    code: 'newer-schema',
  })
  expect(await ask(url, 'select name from migration order by name')).toEqual(before)
})
