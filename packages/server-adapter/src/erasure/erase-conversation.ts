// Takes the content out of a conversation. First the rows, in stretches, then the event that says so: bound to the number
// up to which the rows are gone, it is never true too early. Every step may be done again: after a crash the whole thing is.

import type { StreamRef } from '@pendopo/protocol'
import type { FileStorage } from '../files/file-storage.ts'
import type { Log } from '../log/log.ts'
import { deriveId } from '../readers/derive-id.ts'
import type { Store } from '../store/store.ts'

/** Events in one transaction: some milliseconds. */
const STRETCH = 1_000

/** Somebody who writes all the time may come in between; nobody does so often. */
const MAX_ATTEMPTS = 20

export interface Erasing {
  readonly store: Pick<Store, 'log' | 'privacy' | 'files'>
  readonly storage: Pick<FileStorage, 'delete'>
  readonly log: Log
}

/** Resolves when it is done, or where there is no such conversation; rejects where somebody keeps writing. */
export async function eraseConversation(
  { store, storage, log }: Erasing,
  workspace: string,
  conversation: string,
  by: { readonly reader: string; readonly reason?: 'retention' },
): Promise<void> {
  const stream: StreamRef = { kind: 'conversation', id: conversation }
  const actor = { kind: 'system', id: by.reader } as const
  let removed = 0
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = (await store.log.load(workspace, [stream], [])).streams.get(conversation)
    if (found?.kind !== 'conversation' || found.state === null) return
    const { seq, lastAt } = found.state
    for (; removed < seq; removed += STRETCH)
      await store.privacy.removeContent(workspace, conversation, removed, Math.min(removed + STRETCH, seq))
    removed = seq
    // Bytes before their rows: a crash between the two leaves rows, which are found again.
    const files = (await store.files.filesOf(workspace, [conversation])).map(({ attachment }) => attachment.id)
    await storage.delete(files)
    await store.files.remove(files)
    const id = deriveId(lastAt, by.reader, workspace, conversation, seq)
    const data = by.reason === undefined ? {} : { reason: by.reason }
    const command = { id, kind: 'content.erase', data } as const
    const { results } = await log.submit({ workspace, stream, commands: [command], actor, onlyAt: seq })
    const [result] = results
    if (result?.ok === true) return
    if (result?.error.code !== 'conflict')
      throw new Error(`unable to erase the conversation ${conversation}; ${result?.error.code}`)
  }
  throw new Error(`unable to erase the conversation ${conversation}; somebody keeps writing: try again`)
}
