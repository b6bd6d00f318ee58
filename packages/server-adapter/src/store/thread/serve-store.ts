// The far side: answers calls from a port on a store. One call is a message, and so is its answer.

import type { MessagePort } from 'node:worker_threads'
import type { Append, AppendOutcome, Store } from '../store.ts'
import { createAppendReader } from './append-text.ts'
import { toFailure, type Call, type Reply } from './messages.ts'

export function serveStore(local: Store, port: MessagePort): void {
  const store = { ...local, log: { ...local.log, append: createTextAppend(local) } }
  const answer = async ({ id, part, method, args }: Call): Promise<Reply> => {
    try {
      const target: object = part === null ? store : store[part]
      return { id, value: await Reflect.apply(Reflect.get(target, method), target, args) }
    } catch (error) {
      return { id, failure: toFailure(error) }
    }
  }
  port.on('message', (call: Call) => void answer(call).then((reply) => port.postMessage(reply)))
}

function createTextAppend({ log }: Store) {
  const reader = createAppendReader()
  return async (workspace: string, text: string): Promise<readonly AppendOutcome[]> => {
    const group = reader.read(text)
    const whole = group.filter(isWhole)
    try {
      const appended = await log.append(workspace, whole)
      const outcomes = whole.length === group.length ? appended : spread(group, appended)
      reader.settle(group, outcomes)
      return outcomes
    } catch (error) {
      reader.settle(group, null)
      throw error
    }
  }
}

/** Events leave a state behind: without one, what was before is not known here. */
const isWhole = ({ stream }: Append): boolean => stream.state !== null

function spread(group: readonly Append[], appended: readonly AppendOutcome[]): readonly AppendOutcome[] {
  const outcomes = appended.values()
  return group.map((append) => (isWhole(append) ? (outcomes.next().value ?? 'conflict') : 'conflict'))
}
