import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { testStore } from '../../testing/store-contract.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pendopo-store-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

testStore(
  'SQLite',
  (options) => openSqliteStore({ path: join(folder, `${(files += 1)}.db`), ...options }),
  (options) => openSqliteStore({ path: join(folder, `${files}.db`), ...options }),
)
