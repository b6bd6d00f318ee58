// protocol's `canSee` in SQL, for lists and counts. A test holds the two equal on random data; whoever changes one
// changes the other.

import type { AgentActor } from '@pendopo/protocol'
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import { toLookupBytes } from './ids.ts'
import type { Tables } from './tables.ts'

/** Whether the agent may see the conversation of this row of `stream`. */
export function visibleTo(
  agent: AgentActor,
  row: ExpressionBuilder<Tables, 'stream'>,
): ExpressionWrapper<Tables, 'stream', SqlBool> {
  if (agent.role === 'admin' || agent.sight === 'all') return row.and([])
  const id = toLookupBytes(agent.id)
  const own = [
    row('stream.assignee', '=', id),
    row.exists(
      row
        .selectFrom('stream_participant')
        .select('stream_participant.agent')
        .whereRef('stream_participant.stream', '=', 'stream.key')
        .where('stream_participant.agent', '=', id),
    ),
  ]
  if (agent.sight === 'own' || agent.teams.length === 0) return row.or(own)
  return row.or([...own, row('stream.team', 'in', agent.teams.map(toLookupBytes))])
}
