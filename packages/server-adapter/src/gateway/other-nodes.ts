// This node and the others: tells them what happened here, and does with what they tell what would have happened had it
// been here. The parts that do it are the same.

import { assertNever, type StreamState } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { Cluster, ClusterEvent } from '../cluster/create-cluster.ts'
import type { Presence, Signal, SignalOf } from '../cluster/signal.ts'
import type { Committed, Log } from '../log/log.ts'
import type { Attendance } from './attendance.ts'
import type { CatchUp } from './catch-up.ts'
import type { Compare } from './compare.ts'
import type { Passing } from './passing.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import type { Revoke } from './revoke.ts'

interface Needs {
  readonly cluster: Cluster
  readonly log: Log
  readonly attendance: Attendance
  readonly presences: Presences
  readonly catchUp: CatchUp
  readonly compare: Compare
  readonly passing: Passing
  /** Here and not further. */
  readonly revoke: Revoke
  readonly roster: Roster
  readonly logger: Logger
}

/** Returns what ends it. */
export function joinOtherNodes(needs: Needs): () => void {
  const { cluster, log, attendance, presences, catchUp, compare, passing, revoke, roster, logger } = needs

  function onEvent(event: ClusterEvent): void {
    switch (event.kind) {
      case 'signal':
        return onSignal(event.node, event.signal)
      case 'joined':
        return attendance.tellAll()
      case 'left':
        return tellOf(attendance.forget(event.node))
      case 'missed':
        if (event.node !== null) cluster.signal({ kind: 'attendance.asked', node: event.node })
        return compare.request()
      default:
        return assertNever(event)
    }
  }

  function onSignal(node: string, signal: Signal): void {
    switch (signal.kind) {
      case 'appended':
        return catchUp.heard(signal)
      case 'marked':
        return passing.marked(signal)
      case 'typing':
        return passing.typing(signal)
      case 'attendance':
        return tellOf(attendance.receive(node, signal))
      case 'attendance.asked':
        return signal.node === cluster.node ? attendance.tellAll() : undefined
      case 'revoked':
        return revoke(signal.revocation)
      default:
        return assertNever(signal)
    }
  }

  function tellOf(people: readonly Presence[]): void {
    const agents = people.filter(({ kind }) => kind === 'agent')
    for (const workspace of new Set(agents.map((person) => person.workspace)))
      void tellOfAgents(
        workspace,
        agents.flatMap((agent) => (agent.workspace === workspace ? [agent.id] : [])),
      )
    for (const { kind, id, workspace } of people) if (kind === 'visitor') presences.identityChanged(workspace, id)
  }

  /** An agent who was added meanwhile may be among them. */
  async function tellOfAgents(workspace: string, ids: readonly string[]): Promise<void> {
    try {
      await roster.load(workspace)
    } catch (error) {
      logger.warn({ err: error }, 'unable to read the team')
    }
    presences.agentsChanged(workspace, ids)
  }

  const stops = [
    cluster.onEvent(onEvent),
    log.onCommit((commits) => {
      for (const commit of commits) cluster.signal(toHint(commit))
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function toHint({ workspace, stream, before }: Committed): SignalOf<'appended'> {
  const { kind, id } = stream
  const was = lostSight(before, stream)
  return {
    kind: 'appended',
    workspace,
    stream: { kind, id },
    seq: stream.state?.seq ?? 0,
    isPublic: isPublic(before, stream),
    ...(was && { was }),
  }
}

const isPublic = (before: StreamState, after: StreamState): boolean =>
  after.kind === 'conversation' &&
  after.state?.publicSeq !== (before.kind === 'conversation' ? (before.state?.publicSeq ?? 0) : 0)

/** Who could see it before, where that is no longer so. */
function lostSight(before: StreamState, after: StreamState): SignalOf<'appended'>['was'] {
  if (before.kind !== 'conversation' || after.kind !== 'conversation') return undefined
  const [one, other] = [before.state, after.state]
  if (one === null || other === null) return undefined
  const { assignee, team, participants } = one
  const isSame = assignee === other.assignee && team === other.team && participants === other.participants
  return isSame ? undefined : { assignee, team, participants: [...participants] }
}
