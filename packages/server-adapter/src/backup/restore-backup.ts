// A backup becomes an installation. Everything is checked before anything is touched: checksums, the schema's version,
// the database's own integrity and the numbers of every log. What stood in the place is set aside, never deleted.

import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { examineSqlite, isSqliteInUse } from '../store/sqlite/examine.ts'
import { StoreError } from '../store/store-error.ts'
import { verifyChecksums } from './checksums.ts'
import { copyFiles, filesBelow } from './copy-files.ts'
import { DATABASE, FILES, readManifest, type Manifest } from './manifest.ts'
import { isThere, type BackupSource } from './write-backup.ts'

/** SQLite's own files beside the database. */
const SIDECARS = ['', '-wal', '-shm']

export interface RestoreReport {
  readonly manifest: Manifest
  /** Where what stood in the place is now. */
  readonly setAside: readonly string[]
}

/** Rejects with a TypeError or StoreError, having touched nothing, where the backup or the place is not fit. */
export async function restoreBackup(backup: string, target: BackupSource, overwrite: boolean): Promise<RestoreReport> {
  const manifest = await verifyBackup(backup)
  await checkPlace(target, overwrite)

  const partial = { database: `${target.database}.restoring`, files: `${target.files}.restoring` }
  await mkdir(dirname(target.database), { recursive: true })
  await removeAll(partial)
  try {
    await copyFile(join(backup, DATABASE), partial.database, constants.COPYFILE_FICLONE)
    await flush(partial.database)
    await mkdir(partial.files, { recursive: true, mode: 0o700 })
    await copyFiles(await filesBelow(join(backup, FILES)), join(backup, FILES), partial.files)

    const stamp = new Date().toISOString().replace(/[:.]/g, '')
    const old = [...SIDECARS.map((end) => `${target.database}${end}`), target.files]
    const setAside: string[] = []
    for (const path of old)
      if (await isThere(path)) {
        await rename(path, `${path}.${stamp}`)
        setAside.push(`${path}.${stamp}`)
      }
    await rename(partial.files, target.files)
    // Last: with it the installation is there.
    await rename(partial.database, target.database)
    await flush(dirname(target.database))
    return { manifest, setAside }
  } finally {
    await removeAll(partial)
  }
}

/** Resolves where the backup is whole and this version can use it. */
export async function verifyBackup(backup: string): Promise<Manifest> {
  const manifest = await readManifest(backup)
  const names = await verifyChecksums(backup, manifest.checksums)
  if (names.length !== manifest.files + 1)
    throw new TypeError(`unable to use the backup ${backup}; it lists ${names.length - 1} of ${manifest.files} files`)
  const { unknown, faults } = examineSqlite(join(backup, DATABASE), 'whole')
  if (unknown[0] !== undefined)
    throw new StoreError('newer-schema', `unable to use the backup ${backup}; a later version wrote it (${unknown[0]})`)
  if (faults[0] !== undefined) throw new TypeError(`unable to use the backup ${backup}; it is damaged: ${faults[0]}`)
  return manifest
}

async function checkPlace({ database, files }: BackupSource, overwrite: boolean): Promise<void> {
  const isOccupied = await isThere(database)
  if (isOccupied && isSqliteInUse(database))
    throw new TypeError(`unable to restore to ${database}; a program has it open: stop the server first`)
  const hasFiles = (await readdir(files).catch(() => [])).length > 0
  if ((isOccupied || hasFiles) && !overwrite)
    throw new TypeError(
      `unable to restore to ${isOccupied ? database : files}; there is data already: --overwrite sets it aside`,
    )
}

async function removeAll({ database, files }: BackupSource): Promise<void> {
  await rm(database, { force: true })
  await rm(files, { recursive: true, force: true })
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
