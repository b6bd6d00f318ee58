import type { SessionStore } from '../store.ts'
import type { Connection } from './connection.ts'
import { toAgent } from './directory-store.ts'
import type { ListSlot, Slot } from './slots.ts'

/** A flag, as columns hold it. */
const ACTIVE = 1

/** Agents' sessions, by the hash of their token. */
export function createSessionStore({ db, queries, read, write }: Connection): SessionStore {
  const sessions = db
    .selectFrom('session')
    .select(['token_hash as tokenHash', 'agent', 'created_at as createdAt', 'used_at as usedAt'])
  const findActive = queries.listIn((hashes: ListSlot<string>, active: Slot<number>) =>
    db
      .selectFrom('session')
      .innerJoin('agent', 'agent.id', 'session.agent')
      .innerJoin('workspace', 'workspace.key', 'agent.workspace')
      .selectAll('agent')
      .select([
        'workspace.id as workspace_id',
        'session.token_hash as token_hash',
        'session.created_at as session_created_at',
        'session.used_at as session_used_at',
      ])
      .where('session.token_hash', 'in', hashes)
      .where('agent.active', '=', active),
  )
  const change = async (what: string, query: Parameters<typeof queries.change>[0]) => {
    await write(what, () => queries.change(query))
  }
  return {
    add: ({ tokenHash, agent, createdAt, usedAt }) =>
      change(
        'add a session',
        db.insertInto('session').values({ token_hash: tokenHash, agent, created_at: createdAt, used_at: usedAt }),
      ),
    find: (tokenHash) =>
      read('find a session', function* () {
        return (yield* queries.all(sessions.where('token_hash', '=', tokenHash)))[0] ?? null
      }),
    findAll: (tokenHashes) =>
      read('find sessions', function* () {
        const rows = yield* findActive(tokenHashes, ACTIVE)
        return rows.map((row) => ({
          session: {
            tokenHash: row.token_hash,
            agent: row.id,
            createdAt: row.session_created_at,
            usedAt: row.session_used_at,
          },
          agent: toAgent(row),
        }))
      }),
    touch: (tokenHashes, usedAt) =>
      change(
        'touch sessions',
        db.updateTable('session').set({ used_at: usedAt }).where('token_hash', 'in', tokenHashes),
      ),
    remove: (tokenHash) => change('remove a session', db.deleteFrom('session').where('token_hash', '=', tokenHash)),
    removeOf: (agent) => change('remove sessions', db.deleteFrom('session').where('agent', '=', agent)),
    removeBefore: (createdAt, usedAt) =>
      change(
        'remove old sessions',
        db
          .deleteFrom('session')
          .where((row) => row.or([row('created_at', '<', createdAt), row('used_at', '<', usedAt)])),
      ),
  }
}
