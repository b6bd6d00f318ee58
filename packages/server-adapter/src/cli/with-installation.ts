import { createPasswords } from '../auth/passwords.ts'
import { createInstallation, type Installation } from '../installation.ts'
import { openDatabase } from '../open-database.ts'

/** Opens the database for one command and closes it after; a server may be running on the same file. */
export async function withInstallation(
  database: string,
  run: (installation: Installation) => Promise<void>,
): Promise<void> {
  const store = await openDatabase(database, [])
  try {
    await run(createInstallation({ store, passwords: createPasswords(), now: Date.now }))
  } finally {
    await store.close()
  }
}
