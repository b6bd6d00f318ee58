import type { TwoStepStore } from '../store.ts'
import type { Connection } from './connection.ts'

/** The second step of agents' sign-in: its secret, the last step used, and hashes of recovery codes. */
export function createTwoStepStore({ db, queries, read, write }: Connection): TwoStepStore {
  return {
    find: (agent) =>
      read('find a second step', function* () {
        const [row] = yield* queries.all(
          db.selectFrom('two_step').select(['secret', 'last_step']).where('agent', '=', agent),
        )
        if (row === undefined) return null
        const [codes] = yield* queries.all(
          db
            .selectFrom('recovery_code')
            .select(({ fn }) => fn.countAll<number | string>().as('count'))
            .where('agent', '=', agent),
        )
        return { secret: row.secret, isOn: row.last_step !== null, recoveryCodes: Number(codes?.count ?? 0) }
      }),
    propose: (agent, secret, now) =>
      write('propose a second step', function* () {
        const changed = yield* queries.change(
          db
            .insertInto('two_step')
            .values({ agent, secret, last_step: null, created_at: now })
            .onConflict((conflict) =>
              conflict.column('agent').doUpdateSet({ secret, created_at: now }).where('two_step.last_step', 'is', null),
            ),
        )
        return changed > 0
      }),
    confirm: (agent, secret, step, hashes) =>
      write('confirm a second step', function* () {
        const changed = yield* queries.change(
          db
            .updateTable('two_step')
            .set({ last_step: step })
            .where('agent', '=', agent)
            .where('secret', '=', secret)
            .where('last_step', 'is', null),
        )
        if (changed === 0) return false
        yield* queries.change(db.deleteFrom('recovery_code').where('agent', '=', agent))
        yield* queries.change(db.insertInto('recovery_code').values(hashes.map((hash) => ({ agent, hash }))))
        return true
      }),
    spendStep: (agent, step) =>
      write('spend a code', function* () {
        const changed = yield* queries.change(
          db.updateTable('two_step').set({ last_step: step }).where('agent', '=', agent).where('last_step', '<', step),
        )
        return changed > 0
      }),
    spendRecoveryCode: (agent, hash) =>
      write('spend a recovery code', function* () {
        const changed = yield* queries.change(
          db.deleteFrom('recovery_code').where('agent', '=', agent).where('hash', '=', hash),
        )
        return changed > 0
      }),
    remove: (agent) =>
      write('remove a second step', function* () {
        yield* queries.change(db.deleteFrom('recovery_code').where('agent', '=', agent))
        yield* queries.change(db.deleteFrom('two_step').where('agent', '=', agent))
      }),
  }
}
