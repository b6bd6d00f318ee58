// Every second: whoever of the team lost their session, their account or their rights since they connected, and whoever
// lost their host's word, learns it here, whichever process took it away; one query, however many are connected. Every
// five: visitors who are nobody any more, because the word of another node, or a command, does not have to arrive. Every
// minute: what nobody needs any more is forgotten.

import type { Logger } from 'pino'
import type { AgentSessions } from '../auth/agent-sessions.ts'
import type { Agent, DirectoryStore } from '../store/store.ts'
import type { Presences } from './presence.ts'
import { refuse, type Revoke } from './revoke.ts'
import type { Roster } from './roster.ts'
import { toAgentActor, type AgentSession } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Buckets } from './token-bucket.ts'

/** What has run out does no harm for a minute: it is checked whenever it is used. */
const HOUSEKEEPING_MS = 60_000
/** Of the agents' checks, how many come before one of the visitors: these are many, and mostly told at once. */
const VISITORS_EVERY = 5
/** Identities in one question. */
const AT_ONCE = 500

interface Needs {
  readonly agentSessions: AgentSessions
  readonly sessions: Sessions
  readonly roster: Roster
  readonly presences: Presences
  readonly buckets: readonly Buckets[]
  readonly directory: Pick<DirectoryStore, 'endedIdentities'>
  /** On this node: the others look for themselves. */
  readonly revoke: Revoke
  readonly sessionCheckMs: number
  readonly logger: Logger
  readonly now: () => number
}

export interface SessionCheck {
  close(): void
}

export function createSessionCheck(needs: Needs): SessionCheck {
  const { agentSessions, sessions, roster, presences, buckets, directory, revoke, sessionCheckMs, logger, now } = needs
  let isChecking = false
  let isLooking = false

  const often = setInterval(() => {
    endLapsedVisitors()
    // A database that takes longer than a second is asked again when it has answered.
    if (isChecking || sessions.agents.size === 0) return
    isChecking = true
    checkAgents()
      .catch((error: unknown) => logger.warn({ err: error }, 'unable to check the sessions of agents'))
      .finally(() => (isChecking = false))
  }, sessionCheckMs)
  const visitors = setInterval(() => {
    if (isLooking || sessions.visitors.size === 0) return
    isLooking = true
    checkVisitors()
      .catch((error: unknown) => logger.warn({ err: error }, 'unable to check the identities of visitors'))
      .finally(() => (isLooking = false))
  }, sessionCheckMs * VISITORS_EVERY)
  const seldom = setInterval(() => {
    for (const bucket of buckets) bucket.sweep()
    keepHouse().catch((error: unknown) => logger.warn({ err: error }, 'unable to forget old sessions'))
  }, HOUSEKEEPING_MS)
  for (const timer of [often, visitors, seldom]) timer.unref()

  /** They come back by themselves: with a fresh token, or to be told that theirs has expired. */
  function endLapsedVisitors(): void {
    for (const { visitor, wire } of sessions.visitors) if ((visitor.endsAt ?? Infinity) <= now()) wire.disconnect()
  }

  async function checkAgents(): Promise<void> {
    const checked = [...sessions.agents]
    const used = new Set(checked.flatMap(({ isUsed, tokenHash }) => (isUsed ? [tokenHash] : [])))
    for (const session of checked) session.isUsed = false
    const alive = await agentSessions.check([...new Set(checked.map(({ tokenHash }) => tokenHash))], used)
    const changed = checked.filter((session) => {
      const agent = alive.get(session.tokenHash)
      if (agent === undefined) {
        refuse(session)
        return false
      }
      return update(session, agent)
    })
    await tell(new Set(changed.map(({ workspace }) => workspace)))
  }

  async function checkVisitors(): Promise<void> {
    const byWorkspace = new Map<string, Set<string>>()
    for (const { workspace, visitor } of sessions.visitors) {
      const known = byWorkspace.get(workspace) ?? new Set()
      byWorkspace.set(workspace, known.add(visitor.actor.identity))
    }
    for (const [workspace, known] of byWorkspace) {
      const ids = [...known]
      for (let from = 0; from < ids.length; from += AT_ONCE)
        for (const identity of await directory.endedIdentities(workspace, ids.slice(from, from + AT_ONCE)))
          revoke({ kind: 'identity', identity })
    }
  }

  async function keepHouse(): Promise<void> {
    await agentSessions.sweep()
    await tell(new Set([...sessions.agents].map(({ workspace }) => workspace)))
  }

  async function tell(workspaces: ReadonlySet<string>): Promise<void> {
    for (const workspace of workspaces) {
      await roster.load(workspace)
      presences.agentsChanged(workspace)
    }
  }

  return {
    close: () => {
      clearInterval(often)
      clearInterval(visitors)
      clearInterval(seldom)
    },
  }
}

/** Whether the agent's row has changed since it was last read. */
function update(session: AgentSession, agent: Agent): boolean {
  if (JSON.stringify(session.agent) === JSON.stringify(agent)) return false
  session.agent = agent
  session.actor = toAgentActor(agent)
  return true
}
