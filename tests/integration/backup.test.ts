// `pendopo backup` beside a server that is written to all the time: what was ticked before it began is in it, and what
// is restored of it is a log without gaps.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectVisitor, message, newId, newToken, type PlainClient } from '../support/plain-client.ts'
import { startRoomyServer, type RoomyServer } from '../support/roomy-server.ts'
import { runNode } from '../support/run.ts'
import { CLI } from '../support/server.ts'

const ORIGIN = 'https://acme.example'
const WRITERS = 4
const BATCH = 5
const BACKUPS = 3
/** Written between two backups, at least. */
const BETWEEN = 200

const folder = mkdtempSync(join(tmpdir(), 'pendopo-backups-'))
let server: RoomyServer

beforeAll(async () => {
  server = await startRoomyServer({ site: 'acme', origins: [ORIGIN], agentName: 'Ayu' })
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function pendopo(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runNode([CLI, ...args])
  if (code !== 0) throw new Error(`pendopo ${args.join(' ')} ended with ${code}\n${stderr}`)
  return stdout
}

it('[OP23] [OP24] backups under load hold every message that was ticked before, and are restored without a gap', async () => {
  const ticked: string[] = []
  let isWriting = true
  let onTick = () => {}
  const write = async (client: PlainClient) => {
    let conversation = await client.post(null, [{ id: newId(), kind: 'conversation.open', data: {} }])
    while (isWriting) {
      const texts = Array.from({ length: BATCH }, () => newId())
      conversation = await client.post(conversation, texts.map(message))
      ticked.push(...texts)
      onTick()
    }
    client.close()
  }
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, () => connectVisitor(server, { site: 'acme', origin: ORIGIN, token: newToken() })),
  )
  const writers = clients.map(write)

  const before: { readonly name: string; readonly texts: readonly string[] }[] = []
  for (let round = 0; round < BACKUPS; round++) {
    const enough = ticked.length + BETWEEN
    await new Promise<void>((resolve) => (onTick = () => ticked.length >= enough && resolve()))
    const name = join(folder, `backup-${round}`)
    before.push({ name, texts: [...ticked] })
    expect(await pendopo('backup', name, '--data', server.data)).toContain('is complete and was read back')
  }
  const atLast = ticked.length
  isWriting = false
  await Promise.all(writers)
  // There was a load: messages were stored while the backups were written.
  expect(atLast).toBeGreaterThan((before[0]?.texts.length ?? 0) + (BACKUPS - 1) * BETWEEN)

  for (const { name, texts } of before) {
    const data = `${name}-restored`
    expect(await pendopo('restore', name, '--data', data)).toContain('is as it was on')
    const database = new Sqlite(join(data, 'pendopo.db'), { readonly: true })
    const rows = database
      .prepare<[], string>("select body_json from content where body_json like '%text%'")
      .pluck()
      .all()
    const restored = new Set(rows.map((body): string => JSON.parse(body).text))
    expect(texts.filter((text) => !restored.has(text))).toEqual([])
    const gaps = database
      .prepare('select stream from event group by stream having count(*) <> max(seq) or min(seq) <> 1')
      .all()
    expect(gaps).toEqual([])
    database.close()
  }
}, 120_000)
