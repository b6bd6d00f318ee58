// Queries written with Kysely, run on better-sqlite3 at once: for the message path, where a step of a generator per
// query would be felt. A query is compiled and prepared once, with slots for its arguments; what shared work asks goes
// through `answer`, which keeps prepared statements by their text.

import type { Database, Statement } from 'better-sqlite3'
import type { Compilable } from 'kysely'
import {
  compileList,
  compileSlots,
  type Compiled,
  type ListSlot,
  type Slot,
  type Slots,
  type ValuesOf,
} from '../sql/slots.ts'
import type { Answer, Query } from '../sql/work.ts'

export interface RunResult {
  readonly changes: number
  /** The key of the last row inserted. */
  readonly lastInsertRowid: number | bigint
}

export interface Statements {
  /** The first row or `undefined`. */
  get<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>): (...values: ValuesOf<S>) => Row | undefined
  list<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>): (...values: ValuesOf<S>) => Row[]
  /** For a statement without rows. */
  run<S extends Slots>(build: (...slots: S) => Compilable): (...values: ValuesOf<S>) => RunResult
  /** For a query over a list of values of any length, and one more argument. */
  listIn<Value, Other, Row>(
    build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable<Row>,
  ): (values: readonly Value[], other: Other) => Row[]
  /** The same for a statement without rows. */
  runIn<Value, Other>(
    build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable,
  ): (values: readonly Value[], other: Other) => void
  /** Answers a step of shared work. */
  answer(query: Query): Answer
}

/** Texts kept prepared. Their shapes are few; the bound is for the day a shape depends on data. */
const CACHED_TEXTS = 500

export function createStatements(database: Database): Statements {
  const cache = new Map<string, Statement<unknown[]>>()
  const prepare = <Row>({ text }: Compiled) => database.prepare<unknown[], Row>(text)

  function prepareSlots<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>) {
    const compiled = compileSlots(build)
    return { statement: prepare<Row>(compiled), bind: compiled.bind }
  }

  function cached(text: string): Statement<unknown[]> {
    let statement = cache.get(text)
    if (statement === undefined) {
      if (cache.size >= CACHED_TEXTS) cache.clear()
      statement = database.prepare<unknown[]>(text)
      cache.set(text, statement)
    }
    return statement
  }

  return {
    get(build) {
      const { statement, bind } = prepareSlots(build)
      return (...values) => statement.get(...bind(values))
    },
    list(build) {
      const { statement, bind } = prepareSlots(build)
      return (...values) => statement.all(...bind(values))
    },
    run(build) {
      const { statement, bind } = prepareSlots(build)
      return (...values) => statement.run(...bind(values))
    },
    listIn<Value, Other, Row>(build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable<Row>) {
      const pieces = compileList(build, prepare<Row>)
      return (values: readonly Value[], other: Other) =>
        pieces(values, other).flatMap(({ statement, bound }) => statement.all(...bound))
    },
    runIn(build) {
      const pieces = compileList(build, prepare)
      return (values, other) => {
        for (const { statement, bound } of pieces(values, other)) statement.run(...bound)
      }
    },
    answer({ text, parameters }) {
      const statement = cached(text)
      if (statement.reader) return { rows: statement.all(...parameters), changes: 0 }
      return { rows: [], changes: statement.run(...parameters).changes }
    },
  }
}
