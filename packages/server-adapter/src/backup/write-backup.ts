// A backup while the server runs. First the database as it is at one moment, then the files: a file is there before the
// message that has it, so every file the copy of the database names is in the backup, or was erased meanwhile. The folder
// gets its name when it is complete and has been read back, so that a half one is never taken for a whole one.

import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { examineSqlite } from '../store/sqlite/examine.ts'
import { snapshotSqlite } from '../store/sqlite/snapshot.ts'
import { writeChecksums } from './checksums.ts'
import { copyFiles, filesBelow } from './copy-files.ts'
import { DATABASE, FILES, writeManifest } from './manifest.ts'

export interface BackupSource {
  /** The file of the database. */
  readonly database: string
  /** The folder with the files of messages; it need not be there. */
  readonly files: string
}

export interface BackupReport {
  readonly counts: Readonly<Record<string, number>>
  readonly files: number
  readonly bytes: number
}

/** Rejects with a TypeError or StoreError that says why there is no backup. */
export async function writeBackup(source: BackupSource, target: string, version: string): Promise<BackupReport> {
  if (await isThere(target)) throw new TypeError(`unable to write the backup ${target}; there is something already`)
  if (!(await isThere(source.database)))
    throw new TypeError(`unable to back up ${source.database}; there is no such database`)
  const partial = `${target}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(dirname(target), { recursive: true })
  await mkdir(partial, { mode: 0o700 })
  try {
    const database = join(partial, DATABASE)
    const createdAt = new Date().toISOString()
    snapshotSqlite(source.database, database)
    await chmod(database, 0o600)
    const { schema, counts, faults } = examineSqlite(database, 'whole')
    if (faults.length > 0)
      throw new TypeError(`unable to back up ${source.database}; it is damaged: ${faults[0]} (see pendopo doctor)`)
    const copied = await copyFiles(await filesBelow(source.files), source.files, join(partial, FILES))
    const checksums = await writeChecksums(partial, [DATABASE, ...copied.map((name) => `${FILES}/${name}`)])
    await writeManifest(partial, {
      version,
      createdAt,
      database: { kind: 'sqlite', schema: [...schema], counts },
      files: copied.length,
      checksums,
    })
    await rename(partial, target)
    return { counts, files: copied.length, bytes: (await stat(join(target, DATABASE))).size }
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
