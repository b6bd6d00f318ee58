import { restoreBackup } from '../backup/restore-backup.ts'
import { writeBackup, type BackupSource } from '../backup/write-backup.ts'
import { filesBeside, toDatabasePath, withoutPassword } from '../database-address.ts'
import { findPackage } from '../package-root.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words, type Arguments } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'

const BACKUP_OPTIONS = { ...DATA_OPTIONS, files: { type: 'string' } } as const
const RESTORE_OPTIONS = { ...BACKUP_OPTIONS, overwrite: { type: 'boolean' } } as const

/** Where an installation's data is. */
function placeOf(parsed: Arguments, env: Terminal['env']): BackupSource {
  const address = databaseOf(parsed, env)
  const database = toDatabasePath(address)
  if (database === null)
    throw new UsageError(
      `unable to copy ${withoutPassword(address)}; this command is for SQLite files: use pg_dump and pg_restore, and copy the files of messages`,
    )
  return { database, files: parsed.text('files') ?? env.PENDOPO_FILES ?? filesBeside(address) }
}

/** `pendopo backup FOLDER` */
export async function backUp(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, BACKUP_OPTIONS)
  const [folder = ''] = words(parsed, 'backup FOLDER [--files DIR]', 1, 1)
  const { counts, files, bytes } = await writeBackup(placeOf(parsed, env), folder, findPackage().version)
  const { stream = 0, event = 0 } = counts
  out(`${folder} is complete and was read back: ${event} events of ${stream} logs without a gap, ${files} files,\n`)
  out(
    `the database has ${bytes} bytes. It holds what people wrote and the keys of your sites: keep it as safe as those.\n`,
  )
}

/** `pendopo restore FOLDER` */
export async function restore(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, RESTORE_OPTIONS)
  const [folder = ''] = words(parsed, 'restore FOLDER [--files DIR] [--overwrite]', 1, 1)
  const place = placeOf(parsed, env)
  const { manifest, setAside } = await restoreBackup(folder, place, parsed.flag('overwrite'))
  const { stream = 0, event = 0 } = manifest.database.counts
  out(
    `${place.database} is as it was on ${manifest.createdAt}: ${event} events of ${stream} logs, ${manifest.files} files.\n`,
  )
  for (const path of setAside) out(`  set aside  ${path}\n`)
}
