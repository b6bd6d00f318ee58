import { eraseVisitor } from '../erasure/erase-visitor.ts'
import { exportVisitor } from '../erasure/export-visitor.ts'
import { filesBeside } from '../database-address.ts'
import { createLocalStorage } from '../files/local-storage.ts'
import type { FileStorage } from '../files/file-storage.ts'
import { createLog } from '../log/create-log.ts'
import { openDatabase } from '../open-database.ts'
import type { HeldContact } from '../store/privacy.ts'
import type { Store } from '../store/store.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words, type Arguments } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'

const ERASE_OPTIONS = { ...DATA_OPTIONS, files: { type: 'string' }, yes: { type: 'boolean' } } as const

/** A server looks every five seconds whether its visitors are still somebody. */
const NOTICED_AFTER_MS = 6_000

/** `pendopo visitor export EMAIL|IDENTITY|CONTACT` */
export async function exportVisitorData(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  const [who = ''] = words(parsed, 'visitor export EMAIL|IDENTITY|CONTACT', 1, 1)
  await withVisitor(parsed, env, who, async (store, workspace, contacts) => {
    out(`${JSON.stringify({ contacts: await exportVisitor(store, workspace, contacts) }, null, 2)}\n`)
  })
}

/** `pendopo visitor erase EMAIL|IDENTITY|CONTACT --yes` */
export async function eraseVisitorData(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, ERASE_OPTIONS)
  const [who = ''] = words(parsed, 'visitor erase EMAIL|IDENTITY|CONTACT --yes', 1, 1)
  await withVisitor(parsed, env, who, async (store, workspace, contacts) => {
    if (!parsed.flag('yes'))
      throw new UsageError(
        `this erases ${contacts.length} contact(s) for good: add --yes, after pendopo visitor export`,
      )
    const storage = storageOf(parsed, env)
    const log = createLog({ store, now: Date.now })
    const endSockets = () => {
      out(`Waiting ${NOTICED_AFTER_MS / 1_000} s: servers that run end the connections of whoever is erased.\n`)
      return new Promise<void>((resolve) => void setTimeout(resolve, NOTICED_AFTER_MS))
    }
    const erased = await eraseVisitor({ store, storage, log, endSockets }, workspace, contacts)
    for (const { contact, conversations } of erased)
      out(`The contact ${contact} and the content of ${conversations.length} conversation(s) are erased.\n`)
    out('Backups of before still have it.\n')
  })
}

/** Where the server keeps the files of messages. */
function storageOf(parsed: Arguments, env: Terminal['env']): FileStorage {
  const folder = parsed.text('files') ?? env.PENDOPO_FILES ?? filesBeside(databaseOf(parsed, env))
  return createLocalStorage(folder)
}

async function withVisitor(
  parsed: Arguments,
  env: Terminal['env'],
  who: string,
  run: (store: Store, workspace: string, contacts: readonly HeldContact[]) => Promise<void>,
): Promise<void> {
  const store = await openDatabase(databaseOf(parsed, env), [])
  try {
    const workspace = await store.directory.defaultWorkspace()
    const contacts = await store.privacy.contacts(workspace, who)
    if (contacts.length === 0) throw new UsageError(`there is no visitor ${who}`)
    await run(store, workspace, contacts)
  } finally {
    await store.close()
  }
}
