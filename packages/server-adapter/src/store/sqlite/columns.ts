import type { ConversationState, StreamState } from '@pendopo/protocol'
import { toIdBytes } from './ids.ts'

/** A stream's row: its state, and what lists are queried by. */
export interface StreamColumns {
  readonly seq: number
  readonly json: string
  readonly channel: string | null
  readonly status: ConversationState['status'] | null
  readonly team: Buffer | null
  readonly assignee: Buffer | null
  readonly openedAt: number | null
  readonly movedAt: number | null
  readonly lastMessageSeq: number | null
}

export function toColumns(stream: StreamState): StreamColumns {
  const json = JSON.stringify(stream.state)
  if (stream.kind !== 'conversation' || stream.state === null) {
    const none = { channel: null, status: null, team: null, assignee: null, openedAt: null, movedAt: null }
    return { seq: stream.state?.seq ?? 0, json, ...none, lastMessageSeq: null }
  }
  const { seq, channel, status, team, assignee, openedAt, movedAt, lastMessage } = stream.state
  return {
    seq,
    json,
    channel,
    status,
    team: team === null ? null : toIdBytes(team),
    assignee: assignee === null ? null : toIdBytes(assignee),
    openedAt,
    movedAt,
    lastMessageSeq: lastMessage?.seq ?? null,
  }
}
