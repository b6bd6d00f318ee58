// The lists of the fake server: keyset windows over the conversations an agent may see.

import type { Answer, ConversationState, Counts, LogEvent, RequestOf, Row } from '@pendopo/protocol'

interface Facts {
  readonly agent: string
  unread(state: ConversationState): number
  events(conversation: string): readonly LogEvent[]
  isOnline(state: ConversationState): boolean
}

/** "99+": counting stops here. */
const MOST_COUNTED = 100
const USUAL_LIMIT = 50

/** `states` most recently moved first. */
export function listRows(states: readonly ConversationState[], query: RequestOf<'list'>, facts: Facts): Answer<'list'> {
  const { list, status, after, limit = USUAL_LIMIT, ids } = query
  const inList = (state: ConversationState, name: typeof list) =>
    name === 'all' || (name === 'mine' ? state.assignee === facts.agent : state.assignee === null)
  const matching = states.filter(
    (state) =>
      inList(state, list) &&
      (status === 'all' || state.status === status) &&
      (ids === undefined || ids.includes(state.id)) &&
      (after === undefined ||
        state.movedAt < after.movedAt ||
        (state.movedAt === after.movedAt && state.id < after.id)),
  )
  const count = (name: typeof list) =>
    Math.min(states.filter((state) => state.status === 'open' && inList(state, name)).length, MOST_COUNTED)
  const counts: Counts = { mine: count('mine'), unassigned: count('unassigned'), all: count('all') }
  return { rows: matching.slice(0, limit).map((state) => toRow(state, facts)), more: matching.length > limit, counts }
}

function toRow(state: ConversationState, facts: Facts): Row {
  const { id, seq, status, contact, channel, assignee, team, movedAt, waitingSince, lastMessage, page, lastAt } = state
  const last = facts.events(id).find((event) => event.seq === lastMessage?.seq)
  return {
    id,
    n: seq,
    status,
    contact: { id: contact, name: 'Visitor' },
    site: channel,
    assignee,
    team,
    movedAt,
    waitingSince,
    last: lastMessage === null ? null : { text: toPreview(last), at: lastMessage.at, direction: lastMessage.direction },
    unread: facts.unread(state),
    online: facts.isOnline(state),
    page,
    lastActiveAt: lastAt,
    ...((state.mail?.held.length ?? 0) > 0 && { held: true }),
  }
}

const toPreview = (last: LogEvent | undefined): string =>
  last?.content?.text ?? last?.content?.attachments?.map(({ name }) => name).join(', ') ?? ''
