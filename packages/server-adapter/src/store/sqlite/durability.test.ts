// What SQLite alone can show: a killed process, a full disk, a locked file, a file of a later version.

import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamRef } from '@pendopo/protocol'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { createHand, createStandingClock, newVisitor, postCommand } from '../contract/fixture.ts'
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

test('[ST20] a database of a later version is refused and left as it is', async () => {
  const path = newPath()
  await (await openSqliteStore({ path, readers: [] })).close()
  const database = new Sqlite(path)
  database.exec("insert into migration (name) values ('9999-later')")
  database.close()
  await expect(openSqliteStore({ path, readers: [] })).rejects.toMatchObject({ code: 'newer-schema' })
  const after = new Sqlite(path)
  expect(after.prepare('select count(*) from migration').pluck().get()).toBe(2)
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
  const acked: string[] = []
  let ref: StreamRef | undefined
  for (let cycle = 0; cycle < 5; cycle++) {
    const child = startWriter(path, ref)
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
})

function startWriter(path: string, ref: StreamRef | undefined): ChildProcess {
  const script = new URL('./crash-writer.test.child.mjs', import.meta.url)
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
