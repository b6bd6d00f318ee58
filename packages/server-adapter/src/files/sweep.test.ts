import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMITS } from '@pendopo/protocol'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { newId } from '../testing/test-server.ts'
import { createLocalStorage } from './local-storage.ts'
import { createSweep } from './sweep.ts'
import { createOwnLimiters } from '../cluster/limiters.ts'
import { createUploads } from './uploads.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'pendopo-files-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function* body(...pieces: readonly string[]) {
  for (const piece of pieces) yield Buffer.from(piece)
}

const names = () =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.includes('/'))

it('[FI10] what no message has used in a day is deleted, bytes and row, and so is what a crash has left', async () => {
  let time = Date.now()
  const store = createMemoryStore({ now: () => time })
  const storage = createLocalStorage(folder)
  const uploads = createUploads({ files: store.files, storage, limits: LIMITS, limiters: createOwnLimiters() })
  const workspace = await store.directory.defaultWorkspace()
  const by = { kind: 'visitor', id: newId() } as const
  const clock = { now: () => time, after: () => () => undefined }
  const sweep = createSweep({ files: store.files, storage, ...LIMITS, clock, logger: pino({ level: 'silent' }) })
  const { id } = await uploads.take({ workspace, by }, 'a.txt', undefined, body('one'))
  const half = 'f'.repeat(32)
  await store.files.reserve({ workspace, id: half, by, name: 'b.txt', size: 1, secret: '' }, 1)
  await storage.put(half, body('half'))
  expect(names()).toHaveLength(2)
  expect(await sweep.run()).toBe(0)
  time += LIMITS.unusedFileMs + 3_600_000
  const { id: young } = await uploads.take({ workspace, by }, 'c.txt', undefined, body('young'))
  expect(await sweep.run()).toBe(2)
  expect(names()).toEqual([`${young.slice(0, 2)}/${young}`])
  expect(await store.files.find(id)).toBeNull()
  sweep.close()
})

it('[FI10] a source that fails leaves nothing in the folder, and a file is whole under its name', async () => {
  const storage = createLocalStorage(folder)
  async function* failing() {
    yield Buffer.from('some')
    throw new Error('the line is dead')
  }
  const id = 'e'.repeat(32)
  await expect(storage.put(id, failing())).rejects.toThrow('the line is dead')
  expect(existsSync(join(folder, 'ee', id))).toBe(false)
  expect(names().filter((name) => name.endsWith('.part'))).toEqual([])
  expect(await storage.get(id)).toBeNull()
  await expect(storage.get('../../etc/passwd')).rejects.toThrow('that is no id')
})
