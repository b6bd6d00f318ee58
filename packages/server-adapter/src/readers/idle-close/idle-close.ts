// Closes conversations in which nobody has written for a while. A timer is a command checked against the state when it
// fires: fired too early, it sleeps until the last message plus the idle time, and messages do not move its job.

import type { ConversationState } from '@pendopo/protocol'
import { deriveId } from '../derive-id.ts'
import type { Reader, ReaderContext, ReaderOutcome } from '../reader.ts'

const NAME = 'idle-close'

/** Events looked at in one go for a reopening after the last message. */
const PAGE = 200

export interface IdleCloseOptions {
  /** Milliseconds without a message, from either side, after which a conversation is closed. */
  readonly idleCloseMs: number
}

export function createIdleClose({ idleCloseMs }: IdleCloseOptions): Reader {
  async function handle(context: ReaderContext): Promise<ReaderOutcome> {
    const { kind, state } = await context.load()
    if (kind !== 'conversation' || state === null) return { cursor: context.cursor, dueAt: null }
    // Asleep until a reopening wakes it.
    if (state.status === 'closed') return { cursor: state.seq, dueAt: null }
    const last = await lastActivity(context, state)
    const dueAt = last.at + idleCloseMs
    if (context.now < dueAt) return { cursor: state.seq, dueAt }
    const id = deriveId(last.at, NAME, context.workspace, context.stream.id, last.seq)
    const command = { id, kind: 'conversation.close', data: { reason: 'idle' } } as const
    const { results } = await context.submit(command, { onlyAt: state.seq })
    const [result] = results
    if (result === undefined || result.ok) return { cursor: state.seq, dueAt: null }
    // Somebody wrote in this moment: look again.
    if (result.error.code === 'conflict') return { cursor: state.seq, dueAt: context.now }
    throw new Error(`unable to close the conversation; ${result.error.code}`)
  }

  return { name: NAME, streams: ['conversation'], delayMs: idleCloseMs, handle }
}

/** The last message, or a reopening after it, or the opening. */
async function lastActivity(context: ReaderContext, state: ConversationState) {
  let last = { seq: state.lastMessage?.seq ?? 1, at: state.lastMessage?.at ?? state.openedAt }
  for (let after = last.seq; after < state.seq; after += PAGE) {
    for (const { kind, seq, at } of await context.events(after, PAGE))
      if (kind === 'conversation.reopened') last = { seq, at }
  }
  return last
}
