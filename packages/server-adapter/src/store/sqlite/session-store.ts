import type { SessionStore } from '../store.ts'
import type { Connection } from './connection.ts'

/** Agents' sessions, by the hash of their token. */
export function createSessionStore({ db, statements, read, write }: Connection): SessionStore {
  const sessions = db
    .selectFrom('session')
    .select(['token_hash as tokenHash', 'agent', 'created_at as createdAt', 'used_at as usedAt'])
  const change = async (what: string, query: Parameters<typeof statements.change>[0]) => {
    await write(what, () => statements.change(query))
  }
  return {
    add: ({ tokenHash, agent, createdAt, usedAt }) =>
      change(
        'add a session',
        db.insertInto('session').values({ token_hash: tokenHash, agent, created_at: createdAt, used_at: usedAt }),
      ),
    find: (tokenHash) =>
      read('find a session', () => statements.all(sessions.where('token_hash', '=', tokenHash))[0] ?? null),
    touch: (tokenHash, usedAt) =>
      change('touch a session', db.updateTable('session').set({ used_at: usedAt }).where('token_hash', '=', tokenHash)),
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
