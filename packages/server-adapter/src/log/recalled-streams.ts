// Streams as this process last read or wrote them, so that a busy conversation's state is not read for every message.
// Nothing here is ever believed: what is decided on a recalled state is proved by appending, which moves a stream only
// from the number it was decided on. So other processes may write too. What makes it right is that a stream at a number
// has one state: whoever changes a state without appending breaks it.

import type { StreamRef, StreamState } from '@pendopo/protocol'
import type { LogStore } from '../store/store.ts'

export interface RecalledStreams {
  /** By stream id; what was never seen is loaded. */
  recall(workspace: string, refs: readonly StreamRef[]): Promise<ReadonlyMap<string, StreamState>>
  keep(workspace: string, stream: StreamState): void
  /** It turned out to be elsewhere. */
  forget(id: string): void
}

/** About 2 kB each. More conversations than this are not busy at the same time on one node. */
const CAPACITY = 4_096

interface Entry {
  readonly workspace: string
  readonly stream: StreamState
}

export function createRecalledStreams(store: LogStore): RecalledStreams {
  const entries = new Map<string, Entry>()

  function keep(workspace: string, stream: StreamState): void {
    if (entries.size >= CAPACITY && !entries.has(stream.id)) {
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    }
    entries.set(stream.id, { workspace, stream })
  }

  return {
    keep,
    forget: (id) => void entries.delete(id),
    async recall(workspace, refs) {
      const found = new Map<string, StreamState>()
      const unseen: StreamRef[] = []
      for (const ref of refs) {
        const entry = entries.get(ref.id)
        if (entry?.workspace === workspace && entry.stream.kind === ref.kind) found.set(ref.id, entry.stream)
        else unseen.push(ref)
      }
      if (unseen.length === 0) return found
      const { streams } = await store.load(workspace, unseen, [])
      for (const stream of streams.values()) {
        if (stream.state !== null) keep(workspace, stream)
        found.set(stream.id, stream)
      }
      return found
    },
  }
}
