import { filesIn } from '@pendopo/protocol'
import type { Append, FileStore, StoredFile } from '../store.ts'
import type { MemoryFile, MemoryTables } from './memory-tables.ts'

/** What is known of files, by looking at all of them. */
export function createMemoryFiles({ files, now }: MemoryTables): FileStore {
  const complete = (): StoredFile[] => [...files.values()].flatMap(toStored)
  const isYoung = ({ createdAt }: { readonly createdAt: number }, withinMs: number) => createdAt > now() - withinMs
  return {
    async reserve(file, withinMs) {
      files.set(file.id, { ...file, createdAt: now(), attachment: null, conversation: null })
      return [...files.values()]
        .filter((other) => other.by.kind === file.by.kind && other.by.id === file.by.id && isYoung(other, withinMs))
        .reduce((sum, { attachment, size }) => sum + (attachment?.size ?? size), 0)
    },
    async complete(workspace, attachment) {
      const file = files.get(attachment.id)
      if (file?.workspace === workspace) file.attachment = attachment
    },
    find: async (id) => complete().find(({ attachment }) => attachment.id === id) ?? null,
    unused: async (workspace, ids, withinMs) =>
      complete().filter(
        (file) =>
          file.workspace === workspace &&
          ids.includes(file.attachment.id) &&
          file.conversation === null &&
          isYoung(file, withinMs),
      ),
    inConversation: async (workspace, conversation, ids) =>
      complete().filter(
        (file) =>
          file.workspace === workspace && file.conversation === conversation && ids.includes(file.attachment.id),
      ),
    filesOf: async (workspace, conversations) =>
      complete().filter(
        (file) =>
          file.workspace === workspace && file.conversation !== null && conversations.includes(file.conversation),
      ),
    leftOver: async (withinMs, limit) =>
      [...files.values()]
        .filter((file) => file.conversation === null && !isYoung(file, withinMs))
        .sort((one, other) => one.createdAt - other.createdAt)
        .slice(0, limit)
        .map(({ id }) => id),
    async remove(ids) {
      for (const id of ids) files.delete(id)
    },
  }
}

/** Gives the files that these events name to their conversation; false, and nothing changed, where one is not to be had. */
export function takeFiles({ files }: MemoryTables, workspace: string, { stream, events }: Append): boolean {
  const ids = events.flatMap(({ content }) => filesIn(content))
  const found = ids.flatMap((id) => files.get(id) ?? [])
  const isFree = (file: MemoryFile) =>
    file.workspace === workspace &&
    file.attachment !== null &&
    (file.conversation === null || file.conversation === stream.id)
  if (found.length < ids.length || new Set(ids).size < ids.length || !found.every(isFree)) return false
  for (const file of found) file.conversation = stream.id
  return true
}

const toStored = ({ workspace, by, attachment, secret, createdAt, conversation }: MemoryFile): StoredFile[] =>
  attachment === null ? [] : [{ workspace, by, attachment, secret, createdAt, conversation }]
