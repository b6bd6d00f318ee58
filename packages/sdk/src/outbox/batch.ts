// What goes out next: pure functions over the entries of a device.

import { CLIENT_LIMITS, type Command } from '@pendopo/protocol'
import type { OutboxEntry } from './storage.ts'

/** Conversations whose `conversation.open` found another one: from its id to the real one. */
export type Aliases = Readonly<Record<string, string>>

/** The conversation an entry is for, now that an opening may have been answered. */
export const conversationOf = (entry: Pick<OutboxEntry, 'conversation'>, aliases: Aliases): string =>
  aliases[entry.conversation] ?? entry.conversation

/** Half a frame: what JSON and the framing add stays far from the limit. */
const BATCH_BYTES = CLIENT_LIMITS.frameBytes / 2

/** The unsent entries by conversation, each in sending order. */
export function toQueues(
  entries: readonly OutboxEntry[],
  aliases: Aliases,
): ReadonlyMap<string, readonly OutboxEntry[]> {
  const queues = new Map<string, OutboxEntry[]>()
  for (const entry of entries) {
    if (entry.failure !== undefined) continue
    const conversation = conversationOf(entry, aliases)
    const queue = queues.get(conversation)
    if (queue === undefined) queues.set(conversation, [entry])
    else queue.push(entry)
  }
  return queues
}

/** The longest head of a queue that fits one request: at least one entry, at most `most`. */
export function toBatch(
  queue: readonly OutboxEntry[],
  most: number = CLIENT_LIMITS.batchCommands,
): readonly OutboxEntry[] {
  const batch: OutboxEntry[] = []
  let bytes = 0
  for (const entry of queue.slice(0, most)) {
    // An opening says where the rest goes only as the first of a batch.
    if (batch.length > 0 && opens(entry.command)) break
    bytes += new TextEncoder().encode(JSON.stringify(entry.command)).length
    if (batch.length > 0 && bytes > BATCH_BYTES) break
    batch.push(entry)
  }
  return batch
}

export const opens = (command: Command): boolean => command.kind === 'conversation.open'

/** In sending order. The same command twice (a retry that a crash cut short) counts once, in its later place. */
export function inOrder(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const byId = new Map<string, OutboxEntry>()
  for (const entry of [...entries].sort((a, b) => a.position - b.position)) {
    byId.delete(entry.command.id)
    byId.set(entry.command.id, entry)
  }
  return [...byId.values()]
}
