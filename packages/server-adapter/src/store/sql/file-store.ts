// What is known of files; their bytes are in the file storage. A message takes its files in its own transaction, see
// `take-files.ts`, and a file once taken is nobody else's.

import type { Attachment } from '@pendopo/protocol'
import type { FileStore, StoredFile } from '../store.ts'
import type { Connection } from './connection.ts'
import { toActorCode, toIdBytes, toIdText, toLookupBytes } from './ids.ts'
import type { Work } from './work.ts'

export function createFileStore(connection: Connection): FileStore {
  const { db, queries, clock, workspaceKey, ensureWorkspaceKey, read, write } = connection

  const files = db
    .selectFrom('file')
    .innerJoin('workspace', 'workspace.key', 'file.workspace')
    .leftJoin('stream', 'stream.key', 'file.stream')
    .select([
      'file.id',
      'workspace.id as workspaceId',
      'file.by_kind as byKind',
      'file.by',
      'file.name',
      'file.type',
      'file.size',
      'file.width',
      'file.height',
      'file.secret',
      'file.created_at as createdAt',
      'stream.id as conversation',
    ])
    .where('file.type', 'is not', null)

  function* find(query: typeof files): Work<readonly StoredFile[]> {
    return (yield* queries.all(query)).map(toStored)
  }

  return {
    reserve: ({ workspace, id, by, name, size, secret }, withinMs) =>
      write('reserve a file', function* () {
        const at = yield* clock()
        const owner = { by_kind: toActorCode(by.kind), by: toIdBytes(by.id) }
        const key = yield* ensureWorkspaceKey(workspace)
        yield* queries.change(
          db.insertInto('file').values({ id, workspace: key, ...owner, name, size, secret, created_at: at }),
        )
        const [sum] = yield* queries.all(
          db
            .selectFrom('file')
            .select((row) => row.fn.sum<number | string>('size').as('bytes'))
            .where('by', '=', owner.by)
            .where('by_kind', '=', owner.by_kind)
            .where('created_at', '>', at - withinMs),
        )
        return Number(sum?.bytes ?? 0)
      }),
    complete: async (workspace, { id, name, type, size, width = null, height = null }) => {
      await write('complete a file', function* () {
        const key = yield* workspaceKey(workspace)
        const facts = { name, type, size, width, height }
        yield* queries.change(db.updateTable('file').set(facts).where('id', '=', id).where('workspace', '=', key))
      })
    },
    find: (id) =>
      read('find a file', function* () {
        return (yield* find(files.where('file.id', '=', id)))[0] ?? null
      }),
    unused: (workspace, ids, withinMs) =>
      read('find files', function* () {
        const since = (yield* clock()) - withinMs
        return yield* find(
          files
            .where('file.workspace', '=', yield* workspaceKey(workspace))
            .where('file.id', 'in', [...ids])
            .where('file.stream', 'is', null)
            .where('file.created_at', '>', since),
        )
      }),
    inConversation: (workspace, conversation, ids) =>
      read('find files', function* () {
        return yield* find(
          files
            .where('file.workspace', '=', yield* workspaceKey(workspace))
            .where('file.id', 'in', [...ids])
            .where('stream.id', '=', toLookupBytes(conversation)),
        )
      }),
    filesOf: (workspace, conversations) =>
      read('find files', function* () {
        return yield* find(
          files
            .where('file.workspace', '=', yield* workspaceKey(workspace))
            .where('stream.id', 'in', conversations.map(toLookupBytes)),
        )
      }),
    leftOver: (withinMs, limit) =>
      read('find unused files', function* () {
        const until = (yield* clock()) - withinMs
        const rows = yield* queries.all(
          db
            .selectFrom('file')
            .select('id')
            .where('stream', 'is', null)
            .where('created_at', '<=', until)
            .orderBy('created_at')
            .limit(limit),
        )
        return rows.map(({ id }) => id)
      }),
    remove: async (ids) => {
      await write('remove files', () => queries.change(db.deleteFrom('file').where('id', 'in', [...ids])))
    },
  }
}

interface Row {
  readonly id: string
  readonly workspaceId: string
  readonly byKind: number
  readonly by: Buffer
  readonly name: string
  readonly type: string | null
  readonly size: number | string
  readonly width: number | null
  readonly height: number | null
  readonly secret: string
  readonly createdAt: number | string
  readonly conversation: Buffer | null
}

function toStored(row: Row): StoredFile {
  const { id, name, width, height } = row
  const attachment: Attachment = {
    ...{ id, name, type: row.type ?? '', size: Number(row.size) },
    ...(width !== null && height !== null && { width, height }),
  }
  return {
    workspace: row.workspaceId,
    by: { kind: row.byKind === toActorCode('visitor') ? 'visitor' : 'agent', id: toIdText(row.by) },
    attachment,
    secret: row.secret,
    createdAt: Number(row.createdAt),
    conversation: row.conversation === null ? null : toIdText(row.conversation),
  }
}
