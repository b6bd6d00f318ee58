// Streams as they were last read or written, so that a busy conversation's state is not read for every message. An
// entry is never believed: loading compares its number with the row's, what is decided on a recalled one is proved by
// appending, which moves the row only from that number. So other processes may write too. What makes it right is that a
// stream at a number has one state: whoever changes a state without appending must clear this.

import type { StreamState } from '@pendopo/protocol'

export interface CachedStream {
  readonly workspace: number
  readonly key: number
  readonly seq: number
  readonly stream: StreamState
  readonly lastEvent: number | null
  readonly lastMessage: number | null
}

export interface StreamCache {
  find(workspace: number, id: string): CachedStream | undefined
  keep(entry: CachedStream): void
  drop(id: string): void
}

/** About 2 kB each. More conversations than this are not busy at the same time on one node. */
const CAPACITY = 4_096

export function createStreamCache(): StreamCache {
  const entries = new Map<string, CachedStream>()
  return {
    find(workspace, id) {
      const entry = entries.get(id)
      return entry?.workspace === workspace ? entry : undefined
    },
    keep(entry) {
      const { id } = entry.stream
      if (entries.size >= CAPACITY && !entries.has(id)) {
        const [oldest] = entries.keys()
        if (oldest !== undefined) entries.delete(oldest)
      }
      entries.set(id, entry)
    },
    drop(id) {
      entries.delete(id)
    },
  }
}
