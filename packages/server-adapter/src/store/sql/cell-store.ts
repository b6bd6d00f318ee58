import type { CellStore } from '../cells.ts'
import type { Connection } from './connection.ts'
import type { Slot } from './slots.ts'

export function createCellStore({ db, queries, clock, read, write }: Connection): CellStore {
  const find = queries.get((scope: Slot<string>, key: Slot<string>) =>
    db.selectFrom('cell').select('value').where('scope', '=', scope).where('key', '=', key),
  )
  const list = queries.list((scope: Slot<string>) =>
    db.selectFrom('cell').select(['key', 'value']).where('scope', '=', scope),
  )

  return {
    get: (scope, key) =>
      read('read a value', function* () {
        return (yield* find(scope, key))?.value ?? null
      }),
    all: (scope) =>
      read('read values', function* () {
        return new Map((yield* list(scope)).map(({ key, value }) => [key, value]))
      }),
    swap: (scope, key, before, after) =>
      write('write a value', function* () {
        const at = yield* clock()
        if (before === null) {
          if (after === null) return (yield* find(scope, key)) === undefined
          const added = db
            .insertInto('cell')
            .values({ scope, key, value: after, written_at: at })
            .onConflict((conflict) => conflict.doNothing())
          return (yield* queries.change(added)) > 0
        }
        const changed =
          after === null
            ? db.deleteFrom('cell').where('scope', '=', scope).where('key', '=', key).where('value', '=', before)
            : db
                .updateTable('cell')
                .set({ value: after, written_at: at })
                .where('scope', '=', scope)
                .where('key', '=', key)
                .where('value', '=', before)
        return (yield* queries.change(changed)) > 0
      }),
    sweep: (scope, olderThanMs) =>
      write('forget old values', function* () {
        const before = (yield* clock()) - olderThanMs
        return yield* queries.change(db.deleteFrom('cell').where('scope', '=', scope).where('written_at', '<', before))
      }),
  }
}
