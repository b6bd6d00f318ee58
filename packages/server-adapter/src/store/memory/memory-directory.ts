import { LIMITS } from '@pendopo/protocol'
import type { Agent, DirectoryStore, SessionStore } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { keyOf, type MemoryIdentity, type MemoryTables } from './memory-tables.ts'

export function createMemoryDirectory(tables: MemoryTables): DirectoryStore {
  const { workspaces, sites, agents, contacts, identities, streams } = tables
  const byEmail = (email: string): Agent | undefined =>
    [...agents.values()].find((agent) => agent.email.trim().toLowerCase() === email.trim().toLowerCase())
  const find = (workspace: string, channel: string, kind: string, key: string) =>
    [...identities.values()].find(
      (one) => one.workspace === workspace && one.channel === channel && one.kind === kind && one.key === key,
    )
  const hasLapsed = ({ kind, usedAt }: MemoryIdentity, now: number) =>
    kind === 'browser' && now - usedAt > LIMITS.visitorTokenMs
  const toIdentity = ({ id, workspace, contact, isRetired }: MemoryIdentity) => ({
    id,
    contact,
    contactName: contacts.get(keyOf(workspace, contact))?.name ?? '',
    isRetired,
  })

  return {
    async defaultWorkspace() {
      const [first] = workspaces
      if (first !== undefined) return first
      const id = crypto.randomUUID()
      workspaces.add(id)
      return id
    },
    async sites() {
      return [...sites.values()]
    },
    async site(id) {
      return sites.get(id) ?? null
    },
    async addSite(site) {
      if (sites.has(site.id)) throw new StoreError('taken', `unable to add the site ${site.id}; it is in use`)
      sites.set(site.id, site)
    },
    async updateSite(id, change) {
      const site = sites.get(id)
      if (site !== undefined) sites.set(id, { ...site, ...change })
    },
    async agents(workspace) {
      return [...agents.values()].filter((agent) => agent.workspace === workspace)
    },
    async agent(id) {
      return agents.get(id) ?? null
    },
    async agentByEmail(email) {
      return byEmail(email) ?? null
    },
    async addAgent(agent) {
      if (agents.has(agent.id) || byEmail(agent.email) !== undefined)
        throw new StoreError('taken', `unable to add the agent ${agent.id}; it is in use`)
      agents.set(agent.id, agent)
    },
    async updateAgent(id, change) {
      const agent = agents.get(id)
      if (agent !== undefined) agents.set(id, { ...agent, ...change })
    },
    async agentStates(workspace) {
      return new Map(
        [...agents.values()].flatMap((agent) => {
          const stream = streams.get(keyOf(workspace, agent.id))?.state
          return stream?.kind === 'agent' && stream.state !== null ? [[agent.id, stream.state] as const] : []
        }),
      )
    },
    async findIdentity(workspace, channel, kind, key, now) {
      const found = find(workspace, channel, kind, key)
      if (found === undefined || hasLapsed(found, now)) return null
      found.usedAt = now
      return toIdentity(found)
    },
    async ensureIdentity({ workspace, channel, kind, key, id, contact, name, email, now }) {
      const found = find(workspace, channel, kind, key)
      if (found !== undefined && !hasLapsed(found, now) && !found.isRetired) return toIdentity(found)
      if (found !== undefined) found.key = null
      contacts.set(keyOf(workspace, contact), { id: contact, name, email, createdAt: now })
      const made = {
        id,
        workspace,
        contact,
        channel,
        kind,
        key,
        createdAt: now,
        usedAt: now,
        isRetired: false,
        claimedBy: null,
      }
      identities.set(keyOf(workspace, id), made)
      return toIdentity(made)
    },
    async retireIdentity(workspace, id, claimedBy) {
      const found = identities.get(keyOf(workspace, id))
      if (found === undefined || found.isRetired) return
      found.isRetired = true
      found.claimedBy = claimedBy
    },
    async identitiesClaimedBy(workspace, user) {
      return [...identities.values()].flatMap((one) =>
        one.workspace === workspace && one.claimedBy === user ? [one.id] : [],
      )
    },
    async endedIdentities(workspace, ids) {
      return ids.filter((id) => {
        const identity = identities.get(keyOf(workspace, id))
        return identity !== undefined && (identity.isRetired || identity.key === null)
      })
    },
    async peopleByIdentity(workspace, ids) {
      return new Map(
        ids.flatMap((id) => {
          const identity = identities.get(keyOf(workspace, id))
          if (identity === undefined) return []
          const { contact, contactName: name } = toIdentity(identity)
          return [[id, { contact, name }] as const]
        }),
      )
    },
  }
}

export function createMemorySessions({ sessions, agents }: MemoryTables): SessionStore {
  const removeWhere = (matches: (session: { agent: string; createdAt: number; usedAt: number }) => boolean) => {
    for (const [hash, session] of sessions) if (matches(session)) sessions.delete(hash)
  }
  return {
    async add(session) {
      sessions.set(session.tokenHash, session)
    },
    async find(tokenHash) {
      return sessions.get(tokenHash) ?? null
    },
    async findAll(tokenHashes) {
      return tokenHashes.flatMap((hash) => {
        const session = sessions.get(hash)
        const agent = session && agents.get(session.agent)
        return session === undefined || agent === undefined || !agent.active ? [] : [{ session, agent }]
      })
    },
    async touch(tokenHashes, usedAt) {
      for (const tokenHash of tokenHashes) {
        const session = sessions.get(tokenHash)
        if (session !== undefined) sessions.set(tokenHash, { ...session, usedAt })
      }
    },
    async remove(tokenHash) {
      sessions.delete(tokenHash)
    },
    async removeOf(agent) {
      removeWhere((session) => session.agent === agent)
    },
    async removeBefore(createdAt, usedAt) {
      removeWhere((session) => session.createdAt < createdAt || session.usedAt < usedAt)
    },
  }
}
