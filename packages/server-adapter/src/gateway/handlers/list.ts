// `list`: a window of an agent's list, with counts and with who is online, which is in no database.

import { LIMITS, type Counts, type Row } from '@pendopo/protocol'
import { givenName, givenNameAmong } from '../../auth/contact-name.ts'
import type { DirectoryStore, ListedConversation, ListQuery } from '../../store/store.ts'
import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'

/** One more than people read: "99+". */
const COUNT_CAP = 100
const DEFAULT_ROWS = 50

export function listHandler({ store, attendance }: GatewayContext) {
  return defineHandler(
    'list',
    async (session, { list, status, after, ids, limit = ids === undefined ? DEFAULT_ROWS : LIMITS.listRows }) => {
      const query: ListQuery = {
        list,
        status,
        limit,
        ...(after !== undefined && { after }),
        ...(ids !== undefined && { ids }),
      }
      const [{ rows, more }, counts] = await Promise.all([
        store.conversations.list(session.workspace, session.actor, query),
        store.conversations.counts(session.workspace, session.actor, COUNT_CAP),
      ])
      return {
        rows: (await withNames(store.directory, session.workspace, rows)).map((row) =>
          toRow(row, attendance.hasVisitor),
        ),
        more,
        counts: { ...counts } satisfies Counts,
      }
    },
  )
}

/** Who began as nobody may have signed in since, or written a mail: then that name is theirs. */
async function withNames(
  directory: Pick<DirectoryStore, 'peopleByIdentity'>,
  workspace: string,
  rows: readonly ListedConversation[],
): Promise<readonly ListedConversation[]> {
  const isNameless = ({ contact: { id, name }, state }: ListedConversation) =>
    state.identities.length > 1 && givenName({ contact: id, name }) === ''
  const identities = rows.filter(isNameless).flatMap(({ state }) => state.identities)
  if (identities.length === 0) return rows
  const people = await directory.peopleByIdentity(workspace, [...new Set(identities)])
  return rows.map((row) => {
    const name = isNameless(row) ? givenNameAmong(row.state.identities, people) : ''
    return name === '' ? row : { ...row, contact: { ...row.contact, name } }
  })
}

function toRow({ state, preview, contact, unread }: ListedConversation, isOnline: (identity: string) => boolean): Row {
  const { id, seq, status, channel, assignee, team, movedAt, waitingSince, lastMessage, identities, page, lastAt } =
    state
  return {
    id,
    n: seq,
    status,
    contact: { id: contact.id, name: contact.name, ...(contact.email !== null && { email: contact.email }) },
    site: channel,
    assignee,
    team,
    movedAt,
    waitingSince,
    last: lastMessage === null ? null : { text: preview, at: lastMessage.at, direction: lastMessage.direction },
    unread,
    online: identities.some(isOnline),
    page,
    lastActiveAt: lastAt,
    ...((state.mail?.held.length ?? 0) > 0 && { held: true }),
  }
}
