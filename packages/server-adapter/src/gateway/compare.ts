// After signals of other nodes may have been lost: what this node's sockets were told is compared with the database, so
// that nothing waits for the clients' own slow comparing. Everything that is watched, what moved last for the lists and
// the badges, read marks, and the team. At most once a second, one comparing at a time.

import type { AgentActor } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { Store } from '../store/store.ts'
import type { CatchUp, Growth } from './catch-up.ts'
import { coalesce } from './coalesce.ts'
import type { Broadcast } from './context.ts'
import { toMarks } from './marks.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import type { Sessions } from './sessions.ts'
import type { Watchers } from './watchers.ts'

const COMPARE_EVERY_MS = 1_000
/** More than people see of a list before they scroll. */
const LAST_MOVED = 50
/** Conversations whose marks are asked for at once. */
const AT_ONCE = 500

/** Sees all there is, to find out what changed: who is told is decided for each socket. */
const EVERYTHING: AgentActor = {
  kind: 'agent',
  id: '00000000-0000-0000-0000-000000000000',
  role: 'admin',
  sight: 'all',
  teams: [],
}

export interface Compare {
  request(): void
  close(): void
}

interface Needs {
  readonly store: Store
  readonly sessions: Sessions
  readonly watchers: Watchers
  readonly roster: Roster
  readonly presences: Presences
  readonly catchUp: CatchUp
  readonly broadcast: Broadcast
  readonly logger: Logger
  readonly now: () => number
}

export function createCompare(needs: Needs): Compare {
  const { store, sessions, watchers, roster, presences, catchUp, broadcast, logger, now } = needs
  /** Numbers of the conversations that moved last, and marks as they were told: only news is told again. */
  let numbers = new Map<string, number>()
  let marks = new Map<string, string>()
  let isRunning = false
  const flush = coalesce(run, COMPARE_EVERY_MS, now, 'at-once')

  function run(): void {
    // Whoever asks during a comparing is served by the next.
    if (isRunning) return flush.request()
    isRunning = true
    compareAll()
      .catch((error: unknown) => logger.warn({ err: error }, 'unable to compare with the database'))
      .finally(() => (isRunning = false))
  }

  async function compareAll(): Promise<void> {
    const workspaces = new Set([...sessions.agents, ...sessions.visitors].map(({ workspace }) => workspace))
    const lists = new Map<string, number>()
    const told = new Map<string, string>()
    for (const workspace of workspaces) {
      const watched = [...watchers.conversations()].filter((one) => one.workspace === workspace)
      const ids = watched.map(({ conversation }) => conversation)
      catchUp.look(ids.map((id) => toGrowth(workspace, id, false)))
      await compareLists(workspace, lists)
      for (let from = 0; from < ids.length; from += AT_ONCE)
        await compareMarks(workspace, ids.slice(from, from + AT_ONCE), told)
      await roster.load(workspace)
      presences.agentsChanged(workspace)
    }
    numbers = lists
    marks = told
  }

  async function compareLists(workspace: string, current: Map<string, number>): Promise<void> {
    const query = { list: 'all', status: 'all', limit: LAST_MOVED } as const
    const { rows } = await store.conversations.list(workspace, EVERYTHING, query)
    const changed = rows.filter(({ state }) => numbers.get(state.id) !== state.seq)
    for (const { state } of rows) current.set(state.id, state.seq)
    catchUp.look(changed.map(({ state }) => toGrowth(workspace, state.id, true)))
  }

  async function compareMarks(workspace: string, ids: readonly string[], told: Map<string, string>): Promise<void> {
    const found = await store.marks.ofMany(workspace, ids)
    for (const [conversation, stored] of found) {
      const form = JSON.stringify(stored)
      told.set(conversation, form)
      if (marks.get(conversation) === form) continue
      for (const { session, stage } of watchers.of(conversation))
        if (stage !== 'proving') broadcast([session], 'marks', { conversation, marks: toMarks(stored, session) })
    }
  }

  return { request: flush.request, close: flush.close }
}

const toGrowth = (workspace: string, id: string, isPublic: boolean): Growth => ({
  workspace,
  stream: { kind: 'conversation', id },
  isPublic,
})
