// Queries written with Kysely as steps of database work. A query whose shape is fixed is compiled once, with slots for
// its arguments; one that is built for its call goes through `all` or `change`.

import type { Compilable } from 'kysely'
import { compileList, compileSlots, type ListSlot, type Slot, type Slots, type ValuesOf } from './slots.ts'
import type { Work } from './work.ts'

export interface Queries {
  /** The first row or `undefined`. */
  get<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>): (...values: ValuesOf<S>) => Work<Row | undefined>
  list<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>): (...values: ValuesOf<S>) => Work<Row[]>
  /** For a statement without rows; how many it changed. */
  run<S extends Slots>(build: (...slots: S) => Compilable): (...values: ValuesOf<S>) => Work<number>
  /** For a query over a list of values of any length, and one more argument. */
  listIn<Value, Other, Row>(
    build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable<Row>,
  ): (values: readonly Value[], other: Other) => Work<Row[]>
  /** Runs a query that was built for this call. */
  all<Row>(query: Compilable<Row>): Work<Row[]>
  /** The same for a statement without rows; how many it changed. */
  change(query: Compilable<unknown>): Work<number>
}

/** What the query builder says about a text is the border at which rows get their type. */
function* ask<Row>(text: string, parameters: readonly unknown[], isPrepared: boolean): Work<Row[]> {
  const { rows } = yield { text, parameters, isPrepared }
  return rows as Row[]
}

export function createQueries(): Queries {
  return {
    get<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>) {
      const { text, bind } = compileSlots(build)
      return function* (...values: ValuesOf<S>) {
        return (yield* ask<Row>(text, bind(values), true))[0]
      }
    },
    list<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>) {
      const { text, bind } = compileSlots(build)
      return (...values: ValuesOf<S>) => ask<Row>(text, bind(values), true)
    },
    run(build) {
      const { text, bind } = compileSlots(build)
      return function* (...values) {
        const { changes } = yield { text, parameters: bind(values), isPrepared: true }
        return changes
      }
    },
    listIn<Value, Other, Row>(build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable<Row>) {
      const pieces = compileList(build, ({ text }) => text)
      return function* (values: readonly Value[], other: Other) {
        const rows: Row[] = []
        for (const { statement: text, bound } of pieces(values, other))
          rows.push(...(yield* ask<Row>(text, bound, true)))
        return rows
      }
    },
    all<Row>(query: Compilable<Row>) {
      const { sql: text, parameters } = query.compile()
      return ask<Row>(text, parameters, false)
    },
    *change(query) {
      const { sql: text, parameters } = query.compile()
      const { changes } = yield { text, parameters, isPrepared: false }
      return changes
    },
  }
}
