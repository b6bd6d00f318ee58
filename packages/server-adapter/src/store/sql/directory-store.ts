// Workspaces, sites, agents: few rows, changed by people. Identities and contacts are in `identity-store.ts`.

import { randomUUID } from 'node:crypto'
import type { AgentState } from '@pendopo/protocol'
import type { Selectable } from 'kysely'
import type { Agent, DirectoryStore, Site } from '../store.ts'
import type { Connection } from './connection.ts'
import { createIdentityStore } from './identity-store.ts'
import { toLookupBytes } from './ids.ts'
import type { ListSlot, Slot } from './slots.ts'
import { STATE_COLUMNS, toStreamState } from './states.ts'
import type { Tables } from './tables.ts'

export function createDirectoryStore(connection: Connection): DirectoryStore {
  const { db, queries, clock, serialise, read, write, workspaceKey, ensureWorkspaceKey } = connection

  const sites = db
    .selectFrom('site')
    .innerJoin('workspace', 'workspace.key', 'site.workspace')
    .selectAll('site')
    .select('workspace.id as workspace_id')
  const agents = db
    .selectFrom('agent')
    .innerJoin('workspace', 'workspace.key', 'agent.workspace')
    .selectAll('agent')
    .select('workspace.id as workspace_id')

  const findStreams = queries.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['id', 'kind', ...STATE_COLUMNS])
      .where('id', 'in', ids)
      .where('workspace', '=', workspace),
  )

  return {
    ...createIdentityStore(connection),
    async defaultWorkspace() {
      const first = db.selectFrom('workspace').select('id').orderBy('key').limit(1)
      const found = (await read('find the workspace', () => queries.all(first)))[0]
      if (found !== undefined) return found.id
      return write('create the workspace', function* () {
        // Another process may have made it between the two.
        yield* serialise('workspace')
        const made = (yield* queries.all(first))[0]
        if (made !== undefined) return made.id
        const id = randomUUID()
        yield* queries.change(db.insertInto('workspace').values({ id, created_at: yield* clock() }))
        return id
      })
    },
    sites: () =>
      read('read sites', function* () {
        return (yield* queries.all(sites.orderBy('site.created_at').orderBy('site.id'))).map(toSite)
      }),
    site: (id) =>
      read('read a site', function* () {
        return (yield* queries.all(sites.where('site.id', '=', id))).map(toSite)[0] ?? null
      }),
    async addSite({ id, workspace, name, origins, key, secret, identityKeys, config, createdAt }) {
      await write(`add the site ${id}`, function* () {
        yield* queries.change(
          db.insertInto('site').values({
            id,
            workspace: yield* ensureWorkspaceKey(workspace),
            name,
            origins_json: JSON.stringify(origins),
            site_key: key,
            secret,
            identity_keys_json: JSON.stringify(identityKeys),
            config_json: JSON.stringify(config),
            created_at: createdAt,
          }),
        )
      })
    },
    async updateSite(id, { name, origins, config, secret, identityKeys }) {
      const change = {
        ...(name !== undefined && { name }),
        ...(origins !== undefined && { origins_json: JSON.stringify(origins) }),
        ...(config !== undefined && { config_json: JSON.stringify(config) }),
        ...(secret !== undefined && { secret }),
        ...(identityKeys !== undefined && { identity_keys_json: JSON.stringify(identityKeys) }),
      }
      if (Object.keys(change).length === 0) return
      await write(`change the site ${id}`, () =>
        queries.change(db.updateTable('site').set(change).where('id', '=', id)),
      )
    },
    agents: (workspace) =>
      read('read agents', function* () {
        const key = yield* workspaceKey(workspace)
        const found = agents.where('agent.workspace', '=', key).orderBy('agent.created_at').orderBy('agent.id')
        return (yield* queries.all(found)).map(toAgent)
      }),
    agent: (id) =>
      read('read an agent', function* () {
        return (yield* queries.all(agents.where('agent.id', '=', id))).map(toAgent)[0] ?? null
      }),
    agentByEmail: (email) =>
      read('read an agent', function* () {
        return (yield* queries.all(agents.where('agent.email_key', '=', toEmailKey(email)))).map(toAgent)[0] ?? null
      }),
    async addAgent({ id, workspace, email, name, role, sight, teams, passwordHash, active, createdAt }) {
      await write(`add the agent ${id}`, function* () {
        yield* queries.change(
          db.insertInto('agent').values({
            id,
            workspace: yield* ensureWorkspaceKey(workspace),
            email,
            email_key: toEmailKey(email),
            name,
            role,
            sight,
            teams_json: JSON.stringify(teams),
            password_hash: passwordHash,
            active: active ? 1 : 0,
            created_at: createdAt,
          }),
        )
      })
    },
    async updateAgent(id, { name, role, sight, teams, passwordHash, active }) {
      const change = {
        ...(name !== undefined && { name }),
        ...(role !== undefined && { role }),
        ...(sight !== undefined && { sight }),
        ...(teams !== undefined && { teams_json: JSON.stringify(teams) }),
        ...(passwordHash !== undefined && { password_hash: passwordHash }),
        ...(active !== undefined && { active: active ? 1 : 0 }),
      }
      if (Object.keys(change).length === 0) return
      await write(`change the agent ${id}`, () =>
        queries.change(db.updateTable('agent').set(change).where('id', '=', id)),
      )
    },
    agentStates: (workspace) =>
      read('read the presence of agents', function* () {
        const states = new Map<string, AgentState>()
        const key = yield* workspaceKey(workspace)
        const ids = yield* queries.all(db.selectFrom('agent').select('id').where('workspace', '=', key))
        const rows = yield* findStreams(
          ids.map(({ id }) => toLookupBytes(id)),
          key,
        )
        for (const row of rows) {
          const stream = toStreamState(row)
          if (stream.kind === 'agent' && stream.state !== null) states.set(stream.id, stream.state)
        }
        return states
      }),
  }
}

/** Addresses differ by more than their letters' case. */
const toEmailKey = (email: string): string => email.trim().toLowerCase()

type WithWorkspace<Table extends keyof Tables> = Selectable<Tables[Table]> & { readonly workspace_id: string }

const toSite = (row: WithWorkspace<'site'>): Site => ({
  id: row.id,
  workspace: row.workspace_id,
  name: row.name,
  origins: JSON.parse(row.origins_json),
  key: row.site_key,
  secret: row.secret,
  identityKeys: JSON.parse(row.identity_keys_json ?? '[]'),
  config: JSON.parse(row.config_json),
  createdAt: row.created_at,
})

export const toAgent = (row: WithWorkspace<'agent'>): Agent => ({
  id: row.id,
  workspace: row.workspace_id,
  email: row.email,
  name: row.name,
  role: row.role === 'admin' || row.role === 'supervisor' ? row.role : 'agent',
  sight: row.sight === 'all' || row.sight === 'teams' ? row.sight : 'own',
  teams: JSON.parse(row.teams_json),
  passwordHash: row.password_hash,
  active: row.active === 1,
  createdAt: row.created_at,
})
