// Identities and contacts. An anonymous identity leads to its person as long as its token is used now and then; one
// that has lapsed stays in the log, but nobody can become it again.

import { LIMITS } from '@pendopo/protocol'
import type { DirectoryStore, Identity } from '../store.ts'
import type { Connection } from './connection.ts'
import type { ListSlot, Slot } from './statements.ts'

/** How often the use of a token is written down: often enough for a limit of 30 days, seldom enough not to cost a commit per visit. */
const NOTE_USE_EVERY_MS = 86_400_000

type IdentityStore = Pick<DirectoryStore, 'findIdentity' | 'ensureIdentity' | 'peopleByIdentity'>

export function createIdentityStore(connection: Connection): IdentityStore {
  const { db, statements, read, write, workspaceKey, ensureWorkspaceKey } = connection
  const find = statements.get((key: Slot<string>, kind: Slot<string>, channel: Slot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .innerJoin('contact', 'contact.id', 'identity.contact')
      .select(['identity.id', 'identity.contact', 'contact.name as contactName', 'identity.used_at as usedAt'])
      .where('lookup_key', '=', key)
      .where('kind', '=', kind)
      .where('channel', '=', channel)
      .where('identity.workspace', '=', workspace),
  )
  const findPeople = statements.listIn((ids: ListSlot<string>, workspace: Slot<number>) =>
    db
      .selectFrom('identity')
      .innerJoin('contact', 'contact.id', 'identity.contact')
      .select(['identity.id', 'identity.contact', 'contact.name'])
      .where('identity.id', 'in', ids)
      .where('identity.workspace', '=', workspace),
  )
  const noteUse = (id: string, now: number) =>
    write('note the use of an identity', () =>
      statements.change(db.updateTable('identity').set({ used_at: now }).where('id', '=', id)),
    )

  return {
    async findIdentity(workspace, channel, kind, key, now) {
      const row = await read('find an identity', () => find(key, kind, channel, workspaceKey(workspace)))
      if (row === undefined || hasLapsed(kind, row.usedAt, now)) return null
      if (now - row.usedAt >= NOTE_USE_EVERY_MS) await noteUse(row.id, now)
      return toIdentity(row)
    },
    ensureIdentity: ({ workspace, channel, kind, key, id, contact, name, email, now }) =>
      write('create an identity', () => {
        const workspaceKeyNow = ensureWorkspaceKey(workspace)
        const row = find(key, kind, channel, workspaceKeyNow)
        if (row !== undefined && !hasLapsed(kind, row.usedAt, now)) return toIdentity(row)
        if (row !== undefined)
          statements.change(db.updateTable('identity').set({ lookup_key: null }).where('id', '=', row.id))
        statements.change(
          db.insertInto('contact').values({ id: contact, workspace: workspaceKeyNow, name, email, created_at: now }),
        )
        statements.change(
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
        return { id, contact, contactName: name }
      }),
    peopleByIdentity: (workspace, identities) =>
      read(
        'read the names of people',
        () =>
          new Map(
            findPeople(identities, workspaceKey(workspace)).map(({ id, contact, name }) => [id, { contact, name }]),
          ),
      ),
  }
}

/** A signed user id does not lapse: its token has an end of its own. */
const hasLapsed = (kind: 'browser' | 'user', usedAt: number, now: number): boolean =>
  kind === 'browser' && now - usedAt > LIMITS.visitorTokenMs

const toIdentity = ({ id, contact, contactName }: Identity): Identity => ({ id, contact, contactName })
