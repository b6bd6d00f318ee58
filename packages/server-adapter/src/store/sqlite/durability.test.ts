// What SQLite alone can show: a killed process, a full disk, a locked file, a file of a later version.

import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, StreamRef } from '@pendopo/protocol'
import Sqlite from 'better-sqlite3'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../../log/create-log.ts'
import type { Log } from '../../log/log.ts'
import {
  createHand,
  createStandingClock,
  newAgent,
  newId,
  newVisitor,
  openCommand,
  postCommand,
} from '../../testing/store-contract/fixture.ts'
import { MIGRATIONS } from '../sql/migrations.ts'
import { createSqliteStore, openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pendopo-durability-'))
let files = 0
const newPath = () => join(folder, `${(files += 1)}.db`)
afterAll(() => rmSync(folder, { recursive: true }))

test('[ST8] a full disk refuses, stores nothing, and takes more once there is room', async () => {
  const database = new Sqlite(newPath())
  const hand = await createHand(createSqliteStore(database, []), createStandingClock())
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor, 'before')
  const pages = Number(database.pragma('page_count', { simple: true }))
  database.pragma(`max_page_count = ${pages}`)
  const large = postCommand('x'.repeat(60_000))
  await expect(hand.submit(ref, [large], visitor)).rejects.toMatchObject({ code: 'unavailable' })
  expect((await hand.state(ref)).state?.seq).toBe(2)
  expect((await hand.store.log.events(hand.workspace, ref, 'team', 0, 10)).length).toBe(2)
  database.pragma('max_page_count = 1000000')
  await hand.submit(ref, [large], visitor)
  expect((await hand.state(ref)).state?.seq).toBe(3)
  await hand.store.close()
})

test('[ST8] one write of many that fails leaves the others of its turn alone', async () => {
  const store = await openSqliteStore({ path: newPath(), readers: [] })
  const hand = await createHand(store, createStandingClock())
  const { id } = await hand.conversation(newVisitor(), 'one')
  const advance = (agent: string, upTo: number) =>
    store.marks.advance(hand.workspace, id, { kind: 'agent', id: agent }, 'team', upTo)
  const settled = await Promise.allSettled([advance(newId(), 1), advance('no id', 2), advance(newId(), 2)])
  expect(settled).toMatchObject([{ value: { seq: 1 } }, { status: 'rejected' }, { value: { seq: 2 } }])
  expect(await store.marks.of(hand.workspace, id)).toHaveLength(2)
  const late = advance(newId(), 1)
  await store.close()
  expect(await late).toMatchObject({ seq: 1 })
})

test('[ST8] a file that another process keeps locked refuses, and works when it is free', async () => {
  const path = newPath()
  const database = new Sqlite(path, { timeout: 1 })
  const hand = await createHand(createSqliteStore(database, []), createStandingClock())
  const visitor = newVisitor()
  const ref = await hand.conversation(visitor)
  const other = new Sqlite(path)
  other.exec('begin immediate')
  await expect(hand.submit(ref, [postCommand('a')], visitor)).rejects.toMatchObject({ code: 'unavailable' })
  other.exec('rollback')
  other.close()
  await hand.submit(ref, [postCommand('a')], visitor)
  await hand.store.close()
})

test('[ST8] what is no database is refused as unavailable', async () => {
  await expect(openSqliteStore({ path: folder, readers: [] })).rejects.toMatchObject({ code: 'unavailable' })
})

test('[ST2] two that write one file take turns, each on what the other left', async () => {
  const path = newPath()
  const [one, two] = [await openSqliteStore({ path, readers: [] }), await openSqliteStore({ path, readers: [] })]
  const workspace = await one.directory.defaultWorkspace()
  const logs = [createLog({ store: one, now: Date.now }), createLog({ store: two, now: Date.now })] as const
  const [visitor, agent] = [newVisitor(), newAgent()]
  const { stream } = await logs[0].submit({ workspace, stream: null, commands: [openCommand()], actor: visitor })
  const say = (log: Log, actor: Actor, text: string) =>
    log.submit({ workspace, stream, commands: [postCommand(text)], actor })
  for (let round = 0; round < 5; round++) {
    await say(logs[1], agent, `two ${round}`)
    await say(logs[0], visitor, `one ${round}`)
    await Promise.all([say(logs[0], visitor, `one ${round} again`), say(logs[1], agent, `two ${round} again`)])
  }
  const hands = [one, two].map((store) => store.log.events(workspace, stream, 'team', 0, 100))
  const [seen, same] = await Promise.all(hands)
  expect(seen).toEqual(same)
  expect(seen?.map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
  const [row] = (await one.conversations.list(workspace, agent, { list: 'mine', status: 'open', limit: 1 })).rows
  expect(row?.state).toMatchObject({ seq: 22, incoming: 10, outgoing: 10, assignee: agent.id })
  await one.close()
  await two.close()
})

test('[ST2] a group decided on what another process has changed since stores only what still fits', async () => {
  const path = newPath()
  const clock = createStandingClock()
  const mine = await createHand(await openSqliteStore({ path, readers: [] }), clock)
  const theirs = await createHand(await openSqliteStore({ path, readers: [] }), clock)
  const visitor = newVisitor()
  const [moved, still] = [await mine.conversation(visitor), await mine.conversation(visitor)]
  const stale = await mine.plan(moved, [postCommand('stale')], visitor)
  const fine = await mine.plan(still, [postCommand('fine')], visitor)
  await theirs.submit(moved, [postCommand('first')], visitor)
  expect(await mine.append(stale, fine)).toEqual(['conflict', 'appended'])
  await mine.submit(moved, [postCommand('second')], visitor)
  const events = await theirs.store.log.events(mine.workspace, moved, 'team', 1, 10)
  expect(events.map(({ content }) => content?.text)).toEqual(['first', 'second'])
  expect((await theirs.state(still)).state?.seq).toBe(2)
  await mine.store.close()
  await theirs.store.close()
})

test('[ST20] a database of a later version is refused and left as it is', async () => {
  const path = newPath()
  await (await openSqliteStore({ path, readers: [] })).close()
  const database = new Sqlite(path)
  database.exec("insert into migration (name) values ('9999-later')")
  database.close()
  await expect(openSqliteStore({ path, readers: [] })).rejects.toMatchObject({ code: 'newer-schema' })
  const after = new Sqlite(path)
  expect(after.prepare('select count(*) from migration').pluck().get()).toBe(MIGRATIONS.length + 1)
  after.close()
})

test('[ST20] opening again keeps everything', async () => {
  const path = newPath()
  const hand = await createHand(await openSqliteStore({ path, readers: [] }), createStandingClock())
  const ref = await hand.conversation(newVisitor(), 'kept')
  const state = await hand.state(ref)
  await hand.store.close()
  const again = await createHand(await openSqliteStore({ path, readers: [] }), createStandingClock())
  expect(again.workspace).toBe(hand.workspace)
  expect(await again.state(ref)).toEqual(state)
  await again.store.close()
})

test('[ST21] every acknowledged message is there after SIGKILL, once and without a gap', async () => {
  const path = newPath()
  const script = await bundleWriter()
  const acked: string[] = []
  let ref: StreamRef | undefined
  for (let cycle = 0; cycle < 5; cycle++) {
    const child = startWriter(script, path, ref)
    ref = await firstAcks(child, acked, 25 + cycle * 7)
  }
  if (ref === undefined) throw new Error('unable to test; nothing was acknowledged')
  const store = await openSqliteStore({ path, readers: [] })
  const workspace = await store.directory.defaultWorkspace()
  const events = await store.log.events(workspace, ref, 'team', 0, 100_000)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  const stored = events.map(({ command }) => command)
  expect(new Set(stored).size).toBe(stored.length)
  expect(acked.filter((id) => !stored.includes(id))).toEqual([])
  const positions = acked.map((id) => stored.indexOf(id))
  expect(positions).toEqual([...positions].sort((one, other) => one - other))
  await store.close()
}, 120_000)

/** Bundles the writer beside a link to our packages; returns the script. */
async function bundleWriter(): Promise<string> {
  const here = import.meta.dirname
  symlinkSync(join(here, '../../../../../node_modules'), join(folder, 'node_modules'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source'] },
    ssr: { noExternal: [/^@pendopo\//], resolve: { conditions: ['source'] } },
    build: {
      ssr: join(here, 'crash-writer.test.child.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
  })
  return join(folder, 'writer.mjs')
}

function startWriter(script: string, path: string, ref: StreamRef | undefined): ChildProcess {
  return fork(script, [path, ref?.id ?? ''], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
}

/** Collects acknowledgements, then kills the writer in the middle of its work. */
function firstAcks(child: ChildProcess, acked: string[], enough: number): Promise<StreamRef> {
  return new Promise((resolve, reject) => {
    let stream = ''
    let count = 0
    let rest = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('stream ')) stream = line.slice(7)
        else acked.push(line)
        count += 1
      }
      if (count >= enough) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (_, signal) =>
      signal === 'SIGKILL'
        ? resolve({ kind: 'conversation', id: stream })
        : reject(new Error('the writer ended by itself')),
    )
  })
}
