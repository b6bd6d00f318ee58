import type { HeldContact, PrivacyStore } from '../privacy.ts'
import { keyOf, type MemoryTables } from './memory-tables.ts'

export function createMemoryPrivacy({ contacts, identities, streams, jobs }: MemoryTables): PrivacyStore {
  const ofContact = (workspace: string, contact: string) =>
    [...identities.values()].filter((one) => one.workspace === workspace && one.contact === contact)
  const states = (workspace: string) =>
    [...streams]
      .filter(([key]) => key.startsWith(`${workspace}/`))
      .flatMap(([, { state }]) => (state.kind === 'conversation' && state.state !== null ? [state.state] : []))

  return {
    async contacts(workspace, wanted) {
      const found = [...contacts.entries()].filter(
        ([key, { id, email }]) =>
          key === keyOf(workspace, id) &&
          (id === wanted ||
            email?.toLowerCase() === wanted.toLowerCase() ||
            identities.get(keyOf(workspace, wanted))?.contact === id),
      )
      const own = found.flatMap(([, { id }]) => ofContact(workspace, id)).map(({ id }) => id)
      const claimed = [...identities.values()].filter(({ claimedBy }) => claimedBy !== null && own.includes(claimedBy))
      const all = new Map(
        [
          ...found.map(([, one]) => one),
          ...claimed.flatMap((one) => contacts.get(keyOf(workspace, one.contact)) ?? []),
        ].map((one) => [one.id, one]),
      )
      return [...all.values()].map(({ id, name, email, createdAt }): HeldContact => ({
        ...{ id, name, email, createdAt },
        identities: ofContact(workspace, id).map(({ id: identity, channel, kind, key, createdAt: at, usedAt }) => ({
          ...{ id: identity, channel, kind, usedAt },
          subject: kind === 'user' ? key : null,
          createdAt: at,
        })),
      }))
    },
    conversations: async (workspace, wanted) =>
      states(workspace)
        .filter((state) => state.identities.some((id) => wanted.includes(id)))
        .map(({ id }) => id)
        .toSorted(),
    async removeContent(workspace, conversation, after, upTo) {
      for (const one of streams.get(keyOf(workspace, conversation))?.events ?? [])
        if (one.event.seq > after && one.event.seq <= upTo) {
          one.content = null
          delete one.editedAt
          delete one.retracted
        }
    },
    async forget(workspace, contact) {
      const known = contacts.get(keyOf(workspace, contact))
      if (known !== undefined) contacts.set(keyOf(workspace, contact), { ...known, name: '', email: null })
      for (const identity of ofContact(workspace, contact)) identity.key = null
    },
    async removeJobs(workspace, conversation) {
      for (const [key, job] of jobs) if (job.workspace === workspace && job.stream.id === conversation) jobs.delete(key)
    },
    closed: async (workspace, movedBefore, after, limit) =>
      states(workspace)
        .filter(({ status, movedAt }) => status === 'closed' && movedAt < movedBefore)
        .filter(
          ({ movedAt, id }) =>
            after === null || movedAt > after.movedAt || (movedAt === after.movedAt && id > after.id),
        )
        .toSorted((one, other) => one.movedAt - other.movedAt || (one.id < other.id ? -1 : 1))
        .slice(0, limit),
    async settle() {},
  }
}
