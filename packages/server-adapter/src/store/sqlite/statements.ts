// Queries written with Kysely, run on better-sqlite3 without Kysely's own executor: that one compiles and prepares on
// each call (9.8 against 1.6 µs) and hops through promises. Here a query is compiled and prepared once, with slots for
// its arguments; queries whose shape varies go through `all`, which keeps prepared statements by their text.

import type { Database, Statement } from 'better-sqlite3'
import { sql, type Compilable, type RawBuilder } from 'kysely'

/** Stands for an argument inside a prepared query. */
export type Slot<T> = RawBuilder<T>
/** Stands for a parenthesised list of arguments, for `in`. */
export type ListSlot<T> = RawBuilder<T>

type Slots = readonly RawBuilder<unknown>[]
type ValuesOf<S extends Slots> = { [Index in keyof S]: S[Index] extends RawBuilder<infer Value> ? Value : never }

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
  /** Runs a query that was built for this call. */
  all<Row>(query: Compilable<Row>): Row[]
  /** The same for a statement without rows; how many rows it changed. */
  change(query: Compilable<unknown>): number
}

class Argument {
  readonly index: number
  constructor(index: number) {
    this.index = index
  }
}

const argument = <T>(index: number): RawBuilder<T> => sql<T>`${new Argument(index)}`

/** The longest list one statement takes (SQLite allows 32,766 parameters); longer ones are cut in pieces. */
const LONGEST_LIST = 512

/** Texts of one-off queries kept prepared. Their shapes are few; the bound is for the day a shape depends on data. */
const CACHED_TEXTS = 200

export function createStatements(database: Database): Statements {
  const cache = new Map<string, Statement<unknown[]>>()

  function prepare<Row>(query: Compilable<Row>) {
    const { sql: text, parameters } = query.compile()
    const statement = database.prepare<unknown[], Row>(text)
    const isStraight = parameters.every((value, index) => value instanceof Argument && value.index === index)
    const bind = (values: readonly unknown[]): readonly unknown[] =>
      isStraight ? values : parameters.map((value) => (value instanceof Argument ? values[value.index] : value))
    return { statement, bind }
  }

  function prepareSlots<S extends Slots, Row>(build: (...slots: S) => Compilable<Row>) {
    const slots = Array.from({ length: build.length }, (_, index) => argument(index))
    // The only place where slots take on the types that the builder declares for its arguments.
    return prepare(build(...(slots as unknown as S)))
  }

  /** A list is padded with its last value to the next power of two, so that ten statements serve every length. */
  function prepareList<Value, Other, Row>(build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable<Row>) {
    const bySize = new Map<number, ReturnType<typeof prepare<Row>>>()
    const bind = (values: readonly Value[], other: Other) => {
      const size = 2 ** Math.ceil(Math.log2(values.length))
      let query = bySize.get(size)
      if (query === undefined) {
        const list = Array.from({ length: size }, (_, index) => argument<Value>(index))
        query = prepare(build(sql<Value>`(${sql.join(list)})`, argument<Other>(size)))
        bySize.set(size, query)
      }
      const padded: unknown[] = [...values]
      while (padded.length < size) padded.push(values.at(-1))
      padded.push(other)
      return { statement: query.statement, bound: query.bind(padded) }
    }
    return (values: readonly Value[], other: Other) => {
      const pieces: ReturnType<typeof bind>[] = []
      for (let from = 0; from < values.length; from += LONGEST_LIST)
        pieces.push(bind(values.slice(from, from + LONGEST_LIST), other))
      return pieces
    }
  }

  function cached<Row>(query: Compilable<Row>): [Statement<unknown[], Row>, readonly unknown[]] {
    const { sql: text, parameters } = query.compile()
    let statement = cache.get(text)
    if (statement === undefined) {
      if (cache.size >= CACHED_TEXTS) cache.clear()
      statement = database.prepare<unknown[]>(text)
      cache.set(text, statement)
    }
    // What the query builder says about a text is the border at which rows get their type.
    return [statement as Statement<unknown[], Row>, parameters]
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
      const pieces = prepareList(build)
      return (values: readonly Value[], other: Other) =>
        pieces(values, other).flatMap(({ statement, bound }) => statement.all(...bound))
    },
    runIn(build) {
      const pieces = prepareList(build)
      return (values, other) => {
        for (const { statement, bound } of pieces(values, other)) statement.run(...bound)
      }
    },
    all(query) {
      const [statement, parameters] = cached(query)
      return statement.all(...parameters)
    },
    change(query) {
      const [statement, parameters] = cached(query)
      return statement.run(...parameters).changes
    },
  }
}
