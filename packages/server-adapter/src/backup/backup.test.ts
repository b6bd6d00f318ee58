import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../log/create-log.ts'
import { openSqliteStore } from '../store/sqlite/open-sqlite-store.ts'
import { newVisitor, openCommand, postCommand } from '../testing/store-contract/fixture.ts'
import { MANIFEST } from './manifest.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

const root = mkdtempSync(join(tmpdir(), 'pendopo-backup-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const source = { database: join(root, 'data/pendopo.db'), files: join(root, 'data/files') }
let folders = 0
const fresh = () => join(root, `n${(folders += 1)}`)
const place = (folder = fresh()) => ({ database: join(folder, 'pendopo.db'), files: join(folder, 'files') })

/** Some conversations and some files, and a backup of them. */
let whole: string

beforeAll(async () => {
  mkdirSync(join(root, 'data'))
  const store = await openSqliteStore({ path: source.database, readers: [] })
  const workspace = await store.directory.defaultWorkspace()
  const log = createLog({ store, now: Date.now })
  for (let n = 0; n < 5; n++)
    await log.submit({
      workspace,
      stream: null,
      commands: [openCommand(), postCommand(`hello ${n}`)],
      actor: newVisitor(),
    })
  await log.close()
  await store.close()
  mkdirSync(join(source.files, 'ab'), { recursive: true })
  writeFileSync(join(source.files, 'ab/abcdef'), 'a picture')
  writeFileSync(join(source.files, 'notes'), 'a text')
  whole = fresh()
  await writeBackup(source, whole, '0.0.0')
})

describe('a backup', () => {
  it('[OP23] holds the database and the files, and is restored as it was', async () => {
    expect(readdirSync(whole).toSorted()).toEqual(['SHA256SUMS', 'files', 'manifest.json', 'pendopo.db'])
    const target = place()
    const { manifest, setAside } = await restoreBackup(whole, target, false)
    expect(manifest.database.counts).toMatchObject({ stream: 5, event: 10, content: 5 })
    expect(manifest.files).toBe(2)
    expect(setAside).toEqual([])
    expect(readFileSync(join(target.files, 'ab/abcdef'), 'utf8')).toBe('a picture')
    const store = await openSqliteStore({ path: target.database, readers: [] })
    expect(await store.directory.defaultWorkspace()).toMatch(/^[0-9a-f-]{36}$/)
    await store.close()
  })

  it('[OP23] is not written over anything, and leaves nothing where it fails', async () => {
    await expect(writeBackup(source, whole, '0.0.0')).rejects.toThrow(/there is something already/)
    const nothing = fresh()
    await expect(writeBackup(place(nothing), join(root, 'none'), '0.0.0')).rejects.toThrow(/there is no such database/)
    expect(existsSync(join(root, 'none'))).toBe(false)
    expect(existsSync(join(root, 'none.partial'))).toBe(false)
  })

  it('[OP23] of a log with a gap is refused', async () => {
    const damaged = place()
    cpSync(source.database, damaged.database, { recursive: true })
    const database = new Sqlite(damaged.database)
    database.exec('delete from event where key = 4')
    database.close()
    await expect(writeBackup(damaged, fresh(), '0.0.0')).rejects.toThrow(
      /it is damaged: the log of \w+ has 1 of 2 events/,
    )
  })
})

describe('restoring', () => {
  let backup: string
  beforeEach(() => {
    backup = fresh()
    cpSync(whole, backup, { recursive: true })
  })

  it.each([
    ['no manifest', () => rmSync(join(backup, MANIFEST)), /is no backup; it has no manifest.json/],
    ['a changed file', () => appendFileSync(join(backup, 'files/notes'), '!'), /files\/notes has been changed/],
    ['a missing file', () => rmSync(join(backup, 'files/notes')), /files\/notes is missing/],
    ['a changed database', () => appendFileSync(join(backup, 'pendopo.db'), '!'), /pendopo.db has been changed/],
    ['a changed list', () => appendFileSync(join(backup, 'SHA256SUMS'), '\n'), /SHA256SUMS has been changed/],
    ['a later format', () => editManifest(backup, { format: 2 }), /format: /],
  ])('[OP24] a backup with %s is refused, and nothing is touched', async (_, damage, reason) => {
    damage()
    const target = place()
    await expect(restoreBackup(backup, target, true)).rejects.toThrow(reason)
    expect(existsSync(target.database)).toBe(false)
    expect(existsSync(target.files)).toBe(false)
  })

  it('[OP24] refuses a place with data, and sets it aside when told to', async () => {
    const target = place()
    await restoreBackup(backup, target, false)
    await expect(restoreBackup(backup, target, false)).rejects.toThrow(
      /there is data already: --overwrite sets it aside/,
    )
    writeFileSync(join(target.files, 'later'), 'what came after the backup')
    const { setAside } = await restoreBackup(backup, target, true)
    expect(setAside).toHaveLength(2)
    for (const path of setAside) expect(existsSync(path)).toBe(true)
    expect(existsSync(join(target.files, 'later'))).toBe(false)
  })

  it('[OP24] refuses while a server has the database open', async () => {
    const target = place()
    await restoreBackup(backup, target, false)
    const store = await openSqliteStore({ path: target.database, readers: [] })
    await expect(restoreBackup(backup, target, true)).rejects.toThrow(/a program has it open: stop the server first/)
    await store.close()
    await restoreBackup(backup, target, true)
  })
})

function editManifest(folder: string, change: object): void {
  const path = join(folder, MANIFEST)
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }))
}
