// The doctor on real databases, folders and a real Redis, whole and broken.

import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createDatabase,
  ensurePostgres,
  ensureRedis,
  type Database,
  type Service,
} from '../../../../tools/services.mjs'
import { openReading } from '../open-reading.ts'
import type { CellStore } from '../store/cells.ts'
import { runDoctor, runPendopo, saveMail } from './doctor.test.support.ts'

let folder: string
let data: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-doctor-'))
  data = join(folder, 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pendopo = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runPendopo(args, { PENDOPO_DATA: data, ...env })
const doctor = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
  runDoctor(args, { PENDOPO_DATA: data, ...env })
const addSite = (origin: string, env = {}) => pendopo(['site', 'add', 'Acme', origin], env)

/** Every file below a folder, by its bytes. */
function contents(): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => statSync(join(folder, name)).isFile())
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    ]),
  )
}

const databaseFile = () => join(data, 'pendopo.db')

function alter(statement: string): void {
  const database = new Sqlite(databaseFile())
  database.exec(statement)
  database.close()
}

describe('pendopo doctor on SQLite', () => {
  it('[OP30, SC16] says whose forwarded headers are believed, and warns where that is everybody', async () => {
    await addSite('https://acme.example')
    const proxies = async (list: string) => {
      const { levels, texts } = await doctor([], { PENDOPO_TRUST_PROXY: list })
      return [levels.proxies, texts.proxies]
    }
    expect(await proxies('')).toEqual(['ok', expect.stringContaining('none is trusted')])
    expect(await proxies('127.0.0.1, 10.0.0.0/8')).toEqual(['ok', expect.stringContaining('127.0.0.1, 10.0.0.0/8')])
    expect(await proxies('0.0.0.0/0')).toEqual(['warn', expect.stringContaining('that is everybody')])
    expect(await proxies('nginx')).toEqual(['fail', expect.stringContaining('write its address or network')])
  })

  it('[OP30] one line for each step, each ok, and code 0, where all is well', async () => {
    await addSite('https://acme.example')
    const { text, failure } = await pendopo(['doctor'])
    expect(failure).toBeNull()
    const steps = text.trimEnd().split('\n')
    const named = steps.map((line) => /^(?:ok|warn|fail) +(\w+(?: \w+)?) {2,}\S/.exec(line)?.[1])
    expect(named).toEqual([
      ...['node', 'data', 'data space', 'database', 'schema', 'integrity', 'durability', 'clock', 'sites', 'jobs'],
      ...['files', 'files space', 'redis', 'proxies', 'open files', 'mail acme'],
    ])
    const { levels } = await doctor()
    const ours = Object.entries(levels).filter(([step]) => !step.endsWith('space') && step !== 'open files')
    expect(ours.filter(([, level]) => level !== 'ok')).toEqual([])
  })

  it('[OP31] changes nothing: before the first start, and after', async () => {
    expect((await doctor()).levels).toMatchObject({ data: 'ok', database: 'warn', files: 'ok' })
    expect(readdirSync(folder)).toEqual([])
    await addSite('https://acme.example')
    mkdirSync(join(data, 'files'))
    const before = contents()
    expect((await doctor()).ok).toBe(true)
    // Reading a database with a write-ahead log opens the log's files; they stay empty.
    const { 'data/pendopo.db-shm': _shm, 'data/pendopo.db-wal': wal, ...after } = contents()
    expect(after).toEqual(before)
    if (wal !== undefined) expect(statSync(`${databaseFile()}-wal`).size).toBe(0)
  })

  it.each([
    ['http://acme.example', {}, /acme takes http:\/\/acme\.example \(without TLS/],
    ['http://localhost:3000', { NODE_ENV: 'production' }, /acme takes http:\/\/localhost:3000 \(a page of one machine/],
  ])('[OP30] warns of the origin %s', async (origin, env, text) => {
    await addSite(origin)
    const { levels, texts, ok } = await doctor([], env)
    expect(levels.sites).toBe('warn')
    expect(texts.sites).toMatch(text)
    expect(ok).toBe(true)
  })

  it('[OP30] takes a page of this machine where it is not production, and says where there is no site', async () => {
    await pendopo(['site', 'list'])
    expect((await doctor()).texts.sites).toMatch(/none → add one: pendopo site add/)
    await addSite('http://localhost:3000')
    expect((await doctor()).levels.sites).toBe('ok')
  })

  it('[OP30] tells an older schema from a newer one', async () => {
    await addSite('https://acme.example')
    alter("insert into migration values ('9999-later'); alter table site rename to website")
    const newer = await doctor()
    expect(newer.levels.schema).toBe('fail')
    expect(newer.texts.schema).toContain('9999-later')
    // What a later version made of the other tables is not guessed at.
    expect(newer.levels).not.toHaveProperty('sites')
    expect(newer.failure).toBe('1 step(s) failed: schema')
    alter(`alter table website rename to site; alter table job drop column parked_at;
      delete from migration where name in ('9999-later', '0004-parked-at')`)
    const older = await doctor()
    expect(older.levels.schema).toBe('warn')
    expect(older.texts.schema).toMatch(/0004-parked-at to come.*backup/)
    expect(older.failure).toBeNull()
  })

  it('[OP30] finds a database that is damaged, that is none, and that does not keep what it acknowledges', async () => {
    await addSite('https://acme.example')
    alter('pragma journal_mode = delete')
    expect((await doctor()).texts.durability).toMatch(/journal_mode = delete → start the server once/)
    truncateSync(databaseFile(), statSync(databaseFile()).size - 8_192)
    const damaged = await doctor()
    expect(damaged.ok).toBe(false)
    expect(damaged.failure).toMatch(/failed: (?:database|integrity)$/)
    writeFileSync(databaseFile(), 'a letter to my aunt, which is certainly no database whatever one calls it')
    const none = await doctor()
    expect(none.levels.database).toBe('fail')
    expect(none.texts.database).toMatch(/not a database → look whether this is the right file/)
  })

  it('[OP30] finds folders that cannot be written, and a Redis that is not there', async () => {
    writeFileSync(join(folder, 'a-file'), '')
    const place = join(folder, 'a-file')
    const report = await doctor(['--files', place, '--redis', 'redis://user:hush@127.0.0.1:1'])
    expect(report.levels).toMatchObject({ files: 'fail', redis: 'fail' })
    expect(report.failure).toBe('2 step(s) failed: files, redis')
    expect(report.texts.redis).toMatch(/redis:\/\/user:…@127\.0\.0\.1:1 does not answer; .*ECONNREFUSED/)
    expect((await doctor(['--redis', 'http://one'])).texts.redis).toContain('write redis://host:6379')
  })

  it('[OP30] counts parked jobs', async () => {
    await addSite('https://acme.example')
    alter(`pragma foreign_keys = off;
      insert into job (stream, reader, cursor, failures, parked) values (1, 'mail', 0, 12, 1)`)
    const { levels, texts } = await doctor()
    expect(levels.jobs).toBe('warn')
    expect(texts.jobs).toMatch(/^1 are parked → see why: pendopo jobs list/)
  })

  it('[OP5] refuses an address that is none, and shows its help', async () => {
    expect((await pendopo(['doctor', '--database', 'mysql://db'])).failure).toMatch(/file:.* or postgres:/)
    expect((await pendopo(['doctor', '--help'])).text).toMatch(/^pendopo doctor \[--files DIR\].*\n[^]*--json/)
  })
})

describe('pendopo doctor on Postgres', () => {
  let postgres: Service
  let redis: Service
  let database: Database

  beforeAll(async () => {
    postgres = await ensurePostgres()
    redis = await ensureRedis()
    database = await createDatabase(postgres.url)
  }, 60_000)
  afterAll(async () => {
    await database?.drop()
    await redis?.stop()
    await postgres?.stop()
  }, 60_000)

  it('[OP30] [OP31] looks at it empty, with tables, with Redis, and leaves it as it is', async () => {
    const files = join(folder, 'files')
    const look = () => doctor(['--database', database.url, '--files', files, '--redis', redis.url])
    const empty = await look()
    expect(empty.levels).toMatchObject({ database: 'ok', schema: 'warn', clock: 'ok', redis: 'ok' })
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const tables = async () => (await client.query("select 1 from pg_tables where schemaname = 'public'")).rowCount
    expect(await tables()).toBe(0)
    await addSite('https://acme.example', { PENDOPO_DATABASE: database.url })
    const full = await look()
    expect(full.levels).toMatchObject({ schema: 'ok', sites: 'ok', jobs: 'ok', clock: 'ok' })
    expect(full.levels).not.toHaveProperty('integrity')
    // A server for tests may have been started with these switched off.
    const { rows } = await client.query<{ fsync: string; pages: string }>(
      "select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages",
    )
    const keeps = rows[0]?.fsync === 'on' && rows[0].pages === 'on'
    expect(full.levels.durability).toBe(keeps ? 'ok' : 'fail')
    expect(full.texts.durability).toContain(`fsync = ${rows[0]?.fsync}`)
    await client.end()
  })

  it('[OP37] [OP31] tries the mail of its sites', async () => {
    const mail = {
      ...{ address: 'support@acme.example', fallback: true, delayMinutes: 1, imap: null, dkim: null },
      ...{ authentication: 'none' as const, smtp: { host: '127.0.0.1', port: 1, security: 'none' as const } },
    }
    await saveMail(database.url, 'acme', mail)
    const { levels, texts } = await doctor(['--database', database.url, '--files', join(folder, 'files')])
    expect(levels['mail acme smtp']).toBe('fail')
    expect(texts['mail acme smtp']).toMatch(/^SMTP at 127\.0\.0\.1:1 does not work yet: connect: .* → Nothing listens/)
    // What it reads by is refused to change anything.
    const { cells, close } = await openReading(database.url)
    const swapping = (cells as CellStore).swap('secret', 'mail', null, 'mine').finally(close)
    await expect(swapping).rejects.toThrow(/read-only/)
  })

  it('[OP30] says that it is not there, without its password', async () => {
    const { levels, texts } = await doctor(['--database', 'postgres://pendopo:hush@127.0.0.1:1/pendopo'])
    expect(levels.database).toBe('fail')
    expect(texts.database).toMatch(/ECONNREFUSED.* → start Postgres/)
    expect(texts.database).not.toContain('hush')
  })
})
