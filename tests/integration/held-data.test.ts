// What is held on a visitor, with the files they sent: exported, backed up and restored, and erased by command, on both
// databases.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createChat } from '@pendopo/sdk'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDatabase, ensurePostgres, type Database, type Service } from '../../tools/services.mjs'
import { runNode } from '../support/run.ts'
import { CLI, startServer, type TestServer } from '../support/server.ts'
import { signIdentity } from '../support/sign-identity.ts'
import { addSite } from '../support/sites.ts'
import { until } from '../support/until.ts'

const EMAIL = 'xq7marker@acme.example'
const WORDS = 'Xq7marker: my address is 12 Canal Street'
const FILE_NAME = 'Xq7marker-passport.txt'
const FILE_TEXT = 'Xq7marker is written in this file'

/** A visitor with a name, words and a file, on a site of their own. */
async function visit(server: TestServer) {
  const site = await addSite(server, 'Acme', 'https://acme.example')
  const chat = createChat({ server: server.url, site: site.id, key: site.key })
  onTestFinished(() => chat.close())
  await chat.identify({ token: signIdentity(site, { sub: 'xq7marker', name: 'Xq7marker Santoso', email: EMAIL }) })
  const conversation = chat.conversation()
  await conversation.send({ text: WORDS }).stored
  await (
    await conversation.attach(new File([FILE_TEXT], FILE_NAME, { type: 'text/plain' }))
  ).stored
  const items = await until(conversation.$messages, 'the file is there', (all) =>
    all.some((item) => item.type === 'message' && (item.attachments?.length ?? 0) > 0),
  )
  const [file] = items.flatMap((item) => (item.type === 'message' ? (item.attachments ?? []) : []))
  if (file === undefined) throw new Error('a message without its file')
  return { conversation, file }
}

/** All bytes below a folder, as text. */
const bytesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name)).toString('latin1')}`)
    .join('\n')

describe('what is held on a visitor', () => {
  it('[OP24] [OP25] [OP26] SQLite: a backup is restored with its files, and an erasure leaves none of it', async () => {
    const server = await startServer()
    onTestFinished(() => server.close())
    const { conversation, file } = await visit(server)

    const exported = JSON.parse(await server.command('visitor', 'export', EMAIL))
    expect(exported).toMatchObject({ contacts: [{ name: 'Xq7marker Santoso', email: EMAIL }] })
    expect(JSON.stringify(exported)).toContain(WORDS)
    expect(JSON.stringify(exported)).toContain(FILE_NAME)

    const folder = mkdtempSync(join(tmpdir(), 'pendopo-held-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    await server.command('backup', join(folder, 'backup'))

    expect(await server.command('visitor', 'erase', EMAIL, '--yes')).toContain('are erased')
    await expect(conversation.fileUrl(file.id ?? '')).rejects.toThrow()
    expect(await server.stop()).toBe(0)
    expect(bytesBelow(server.folder).toLowerCase()).not.toContain('xq7marker')

    // What was backed up before is all there again, elsewhere.
    const restored = join(folder, 'restored')
    const { code, stderr } = await runNode([CLI, 'restore', join(folder, 'backup'), '--data', restored])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(bytesBelow(join(restored, 'files'))).toContain(FILE_TEXT)
    const again = await runNode([CLI, 'visitor', 'export', EMAIL, '--data', restored])
    expect(JSON.parse(again.stdout)).toEqual(exported)
  }, 120_000)

  describe('on Postgres', () => {
    const files = mkdtempSync(join(tmpdir(), 'pendopo-held-files-'))
    let postgres: Service
    let database: Database
    beforeAll(async () => {
      postgres = await ensurePostgres()
      database = await createDatabase(postgres.url)
      // Beside a database that is no file there is no place: the server and its commands are told one.
      process.env.PENDOPO_FILES = files
    }, 60_000)
    afterAll(async () => {
      delete process.env.PENDOPO_FILES
      await database?.drop()
      await postgres?.stop()
      rmSync(files, { recursive: true, force: true })
    })

    it('[OP25] [OP26] an export has the files, and an erasure leaves none of it', async () => {
      const server = await startServer({ database: database.url })
      onTestFinished(() => server.close())
      await visit(server)
      expect(bytesBelow(files)).toContain(FILE_TEXT)
      expect(await server.command('visitor', 'export', EMAIL)).toContain(FILE_NAME)
      expect(await rowsWith(database.url)).not.toEqual([])

      // Who has sent nothing but words.
      const site = await addSite(server, 'Words', 'https://words.example')
      const chat = createChat({ server: server.url, site: site.id, key: site.key })
      onTestFinished(() => chat.close())
      await chat.identify({ token: signIdentity(site, { sub: 'words', name: 'Words', email: 'words@acme.example' }) })
      await chat.conversation().send({ text: WORDS }).stored
      expect(await server.command('visitor', 'erase', 'words@acme.example', '--yes')).toContain('are erased')

      expect(await server.command('visitor', 'erase', EMAIL, '--yes')).toContain('are erased')
      expect(bytesBelow(files)).not.toContain('Xq7marker')
      expect(await rowsWith(database.url)).toEqual([])
      await expect(server.command('visitor', 'export', EMAIL)).rejects.toThrow('there is no visitor')
    }, 120_000)
  })
})

/** Tables with a row that has the marker in any of its columns. */
async function rowsWith(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: tables } = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  )
  const found: string[] = []
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select from "${name}" as row where row::text ilike '%xq7marker%' limit 1`)
    if (rowCount !== 0) found.push(name)
  }
  await client.end()
  return found
}
