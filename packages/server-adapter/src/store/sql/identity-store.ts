// Identities and contacts. An anonymous identity leads to its person as long as its token is used now and then; one
// that has lapsed stays in the log, but nobody can become it again.

import { LIMITS } from '@pendopo/protocol'
import type { DirectoryStore, Identity } from '../store.ts'
import type { Connection } from './connection.ts'
import type { ListSlot, Slot } from './slots.ts'

/** How often the use of a token is written down: often enough for a limit of 30 days, seldom enough not to cost a commit per visit. */
const NOTE_USE_EVERY_MS = 86_400_000

type IdentityStore = Pick<
  DirectoryStore,
  'findIdentity' | 'ensureIdentity' | 'retireIdentity' | 'identitiesClaimedBy' | 'endedIdentities' | 'peopleByIdentity'
>

export function createIdentityStore(connection: Connection): IdentityStore {
  const { db, queries, read, write, serialise, workspaceKey, ensureWorkspaceKey } = connection
  const find = queries.get((key: Slot<string>, kind: Slot<string>, channel: Slot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .innerJoin('contact', 'contact.id', 'identity.contact')
      .select([
        'identity.id',
        'identity.contact',
        'contact.name as contactName',
        'identity.used_at as usedAt',
        'identity.retired_at as retiredAt',
      ])
      .where('lookup_key', '=', key)
      .where('kind', '=', kind)
      .where('channel', '=', channel)
      .where('identity.workspace', '=', workspace),
  )
  const findPeople = queries.listIn((ids: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .innerJoin('contact', 'contact.id', 'identity.contact')
      .select(['identity.id', 'identity.contact', 'contact.name'])
      .where('identity.id', 'in', ids)
      .where('identity.workspace', '=', workspace),
  )
  const findEnded = queries.listIn((ids: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .select('id')
      .where('id', 'in', ids)
      .where('workspace', '=', workspace)
      .where((row) => row.or([row('retired_at', 'is not', null), row('lookup_key', 'is', null)])),
  )
  const findClaimed = queries.list((user: Slot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .select('id')
      .where('claimed_by', '=', user)
      .where('workspace', '=', workspace)
      .orderBy('created_at')
      .orderBy('id'),
  )
  const noteUse = (id: string, now: number) =>
    write('note the use of an identity', () =>
      queries.change(db.updateTable('identity').set({ used_at: now }).where('id', '=', id)),
    )

  return {
    async findIdentity(workspace, channel, kind, key, now) {
      const row = await read('find an identity', function* () {
        return yield* find(key, kind, channel, yield* workspaceKey(workspace))
      })
      if (row === undefined || hasLapsed(kind, row.usedAt, now)) return null
      if (now - row.usedAt >= NOTE_USE_EVERY_MS) await noteUse(row.id, now)
      return toIdentity(row)
    },
    ensureIdentity: ({ workspace, channel, kind, key, id, contact, name, email, now }) =>
      write('create an identity', function* () {
        const workspaceKeyNow = yield* ensureWorkspaceKey(workspace)
        // Two devices of one person, or two tabs, may ask at the same moment.
        yield* serialise(JSON.stringify(['identity', workspace, channel, kind, key]))
        const row = yield* find(key, kind, channel, workspaceKeyNow)
        if (row !== undefined && !hasLapsed(kind, row.usedAt, now) && row.retiredAt === null) return toIdentity(row)
        if (row !== undefined)
          yield* queries.change(db.updateTable('identity').set({ lookup_key: null }).where('id', '=', row.id))
        yield* queries.change(
          db.insertInto('contact').values({ id: contact, workspace: workspaceKeyNow, name, email, created_at: now }),
        )
        yield* queries.change(
          db.insertInto('identity').values({
            id,
            workspace: workspaceKeyNow,
            contact,
            channel,
            kind,
            lookup_key: key,
            created_at: now,
            used_at: now,
          }),
        )
        return { id, contact, contactName: name, isRetired: false }
      }),
    retireIdentity: (workspace, id, claimedBy, now) =>
      write('retire an identity', function* () {
        yield* queries.change(
          db
            .updateTable('identity')
            .set({ retired_at: now, claimed_by: claimedBy })
            .where('id', '=', id)
            .where('workspace', '=', yield* workspaceKey(workspace))
            .where('retired_at', 'is', null),
        )
      }),
    identitiesClaimedBy: (workspace, user) =>
      read('find the identities of a person', function* () {
        return (yield* findClaimed(user, yield* workspaceKey(workspace))).map(({ id }) => id)
      }),
    endedIdentities: (workspace, identities) =>
      read('look for identities that have ended', function* () {
        return (yield* findEnded(identities, yield* workspaceKey(workspace))).map(({ id }) => id)
      }),
    peopleByIdentity: (workspace, identities) =>
      read('read the names of people', function* () {
        const people = yield* findPeople(identities, yield* workspaceKey(workspace))
        return new Map(people.map(({ id, contact, name }) => [id, { contact, name }]))
      }),
  }
}

/** A signed user id does not lapse: its token has an end of its own. */
const hasLapsed = (kind: 'browser' | 'user' | 'email', usedAt: number, now: number): boolean =>
  kind === 'browser' && now - usedAt > LIMITS.visitorTokenMs

const toIdentity = ({
  id,
  contact,
  contactName,
  retiredAt,
}: Pick<Identity, 'id' | 'contact' | 'contactName'> & { readonly retiredAt: number | null }): Identity => ({
  id,
  contact,
  contactName,
  isRetired: retiredAt !== null,
})
