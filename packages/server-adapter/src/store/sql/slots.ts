// Queries with slots for their arguments, compiled once: Kysely compiles on each call otherwise, which costs more than
// many of our queries take.

import { sql, type Compilable, type RawBuilder } from 'kysely'

/** Stands for an argument inside a prepared query. */
export type Slot<T> = RawBuilder<T>
/** Stands for a parenthesised list of arguments, for `in`. */
export type ListSlot<T> = RawBuilder<T>

export type Slots = readonly RawBuilder<unknown>[]
export type ValuesOf<S extends Slots> = { [Index in keyof S]: S[Index] extends RawBuilder<infer Value> ? Value : never }

/** A compiled query and how values go into it. */
export interface Compiled {
  readonly text: string
  bind(values: readonly unknown[]): readonly unknown[]
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

function compile(query: Compilable): Compiled {
  const { sql: text, parameters } = query.compile()
  const isStraight = parameters.every((value, index) => value instanceof Argument && value.index === index)
  return {
    text,
    bind: (values) =>
      isStraight ? values : parameters.map((value) => (value instanceof Argument ? values[value.index] : value)),
  }
}

export function compileSlots<S extends Slots>(build: (...slots: S) => Compilable): Compiled {
  const slots: Slots = Array.from({ length: build.length }, (_, index) => argument(index))
  // A slot carries its type for the builder alone: here each takes on the one that the builder declares for it.
  return compile(build(...(slots as S)))
}

/**
 * For a query over a list of any length and one more argument. A list is padded with its last value to the next power
 * of two, so that ten statements serve every length.
 */
export function compileList<Value, Other, Statement>(
  build: (values: ListSlot<Value>, other: Slot<Other>) => Compilable,
  prepare: (compiled: Compiled) => Statement,
) {
  const bySize = new Map<number, { readonly statement: Statement; readonly compiled: Compiled }>()

  function ofSize(size: number) {
    let query = bySize.get(size)
    if (query === undefined) {
      const list = Array.from({ length: size }, (_, index) => argument<Value>(index))
      const compiled = compile(build(sql<Value>`(${sql.join(list)})`, argument<Other>(size)))
      query = { statement: prepare(compiled), compiled }
      bySize.set(size, query)
    }
    return query
  }

  function piece(values: readonly Value[], other: Other) {
    const size = 2 ** Math.ceil(Math.log2(values.length))
    const { statement, compiled } = ofSize(size)
    const padded: unknown[] = [...values]
    while (padded.length < size) padded.push(values.at(-1))
    padded.push(other)
    return { statement, bound: compiled.bind(padded) }
  }

  return (values: readonly Value[], other: Other) => {
    const pieces: ReturnType<typeof piece>[] = []
    for (let from = 0; from < values.length; from += LONGEST_LIST)
      pieces.push(piece(values.slice(from, from + LONGEST_LIST), other))
    return pieces
  }
}
