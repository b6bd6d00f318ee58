// Database work that is written once for both databases: a generator that yields queries and gets their answers. SQLite
// runs it in one go, without giving up the thread; Postgres awaits each answer on one connection. Neither the work nor
// whoever writes it can tell which.
//
//   function* work() { const rows = yield* all(query) … }

/** A query that has been compiled for its database. */
export interface Query {
  readonly text: string
  readonly parameters: readonly unknown[]
  /** Asked again and again with the same text: worth keeping prepared. */
  readonly isPrepared: boolean
}

export interface Answer {
  readonly rows: readonly unknown[]
  /** Rows that a statement without an answer has changed. */
  readonly changes: number
}

export type Work<Result> = Generator<Query, Result, Answer>

/** Runs the work in one go. */
export function runAtOnce<Result>(work: Work<Result>, execute: (query: Query) => Answer): Result {
  let step = work.next()
  while (step.done !== true) {
    let answer: Answer
    try {
      answer = execute(step.value)
    } catch (error) {
      step = work.throw(error)
      continue
    }
    step = work.next(answer)
  }
  return step.value
}

/** Runs the work, awaiting each answer. */
export async function runInTurn<Result>(
  work: Work<Result>,
  execute: (query: Query) => Promise<Answer>,
): Promise<Result> {
  let step = work.next()
  while (step.done !== true) {
    let answer: Answer
    try {
      answer = await execute(step.value)
    } catch (error) {
      step = work.throw(error)
      continue
    }
    step = work.next(answer)
  }
  return step.value
}
