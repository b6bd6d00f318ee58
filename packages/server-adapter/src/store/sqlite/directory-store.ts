// Workspaces, sites, agents: few rows, changed by people. Identities and contacts are in `identity-store.ts`.

import { randomUUID } from 'node:crypto'
import type { AgentState } from '@pendopo/protocol'
import type { Selectable } from 'kysely'
import type { Agent, DirectoryStore, Site } from '../store.ts'
import type { Connection } from './connection.ts'
import { createIdentityStore } from './identity-store.ts'
import { toLookupBytes } from './ids.ts'
import type { ListSlot, Slot } from './statements.ts'
import { STATE_COLUMNS, toStreamState } from './states.ts'
import type { Tables } from './tables.ts'

export function createDirectoryStore(connection: Connection): DirectoryStore {
  const { db, statements, now, read, write, workspaceKey, ensureWorkspaceKey } = connection

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

  const findStreams = statements.listIn((ids: ListSlot<Buffer>, workspace: Slot<number>) =>
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
      const found = (await read('find the workspace', () => statements.all(first)))[0]
      if (found !== undefined) return found.id
      return write('create the workspace', () => {
        // Another process may have made it between the two.
        const made = statements.all(first)[0]
        if (made !== undefined) return made.id
        const id = randomUUID()
        statements.change(db.insertInto('workspace').values({ id, created_at: now() }))
        return id
      })
    },
    sites: () =>
      read('read sites', () => statements.all(sites.orderBy('site.created_at').orderBy('site.id')).map(toSite)),
    site: (id) => read('read a site', () => statements.all(sites.where('site.id', '=', id)).map(toSite)[0] ?? null),
    async addSite({ id, workspace, name, origins, key, secret, config, createdAt }) {
      await write(`add the site ${id}`, () =>
        statements.change(
          db.insertInto('site').values({
            id,
            workspace: ensureWorkspaceKey(workspace),
            name,
            origins_json: JSON.stringify(origins),
            site_key: key,
            secret,
            config_json: JSON.stringify(config),
            created_at: createdAt,
          }),
        ),
      )
    },
    async updateSite(id, { name, origins, config }) {
      const change = {
        ...(name !== undefined && { name }),
        ...(origins !== undefined && { origins_json: JSON.stringify(origins) }),
        ...(config !== undefined && { config_json: JSON.stringify(config) }),
      }
      if (Object.keys(change).length === 0) return
      await write(`change the site ${id}`, () =>
        statements.change(db.updateTable('site').set(change).where('id', '=', id)),
      )
    },
    agents: (workspace) =>
      read('read agents', () =>
        statements
          .all(
            agents
              .where('agent.workspace', '=', workspaceKey(workspace))
              .orderBy('agent.created_at')
              .orderBy('agent.id'),
          )
          .map(toAgent),
      ),
    agent: (id) =>
      read('read an agent', () => statements.all(agents.where('agent.id', '=', id)).map(toAgent)[0] ?? null),
    agentByEmail: (email) =>
      read(
        'read an agent',
        () => statements.all(agents.where('agent.email_key', '=', toEmailKey(email))).map(toAgent)[0] ?? null,
      ),
    async addAgent({ id, workspace, email, name, role, sight, teams, passwordHash, active, createdAt }) {
      await write(`add the agent ${id}`, () =>
        statements.change(
          db.insertInto('agent').values({
            id,
            workspace: ensureWorkspaceKey(workspace),
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
        ),
      )
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
        statements.change(db.updateTable('agent').set(change).where('id', '=', id)),
      )
    },
    agentStates: (workspace) =>
      read('read the presence of agents', () => {
        const states = new Map<string, AgentState>()
        const key = workspaceKey(workspace)
        const ids = statements.all(db.selectFrom('agent').select('id').where('workspace', '=', key))
        const rows = findStreams(
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
  config: JSON.parse(row.config_json),
  createdAt: row.created_at,
})

const toAgent = (row: WithWorkspace<'agent'>): Agent => ({
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
