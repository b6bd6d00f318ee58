// Which batches may be written at the same time. A batch holds the lanes it drives in: its stream, and for a visitor
// each of their identities, since opening finds or makes a conversation of theirs. Two that share a lane go one after
// the other, in the order in which they came.

import type { Batch } from './log.ts'

export interface InLanes {
  readonly lanes: readonly string[]
}

export interface Lanes {
  /** Those that may go now, at most so many, and the others; both in their order. What goes holds its lanes. */
  take<Waiting extends InLanes>(queue: readonly Waiting[], most: number): { group: Waiting[]; rest: Waiting[] }
  leave(group: readonly InLanes[]): void
}

export function lanesOf({ stream, actor }: Batch): readonly string[] {
  const own = stream === null ? [] : [stream.id]
  return actor.kind === 'visitor' ? [...own, ...actor.identities] : own
}

export function createLanes(): Lanes {
  const held = new Set<string>()
  return {
    take(queue, most) {
      const group = []
      const rest = []
      const passedOver = new Set<string>()
      for (const [index, waiting] of queue.entries()) {
        if (group.length === most) {
          rest.push(...queue.slice(index))
          break
        }
        const { lanes } = waiting
        if (lanes.every((lane) => !held.has(lane) && !passedOver.has(lane))) group.push(waiting)
        else {
          rest.push(waiting)
          for (const lane of lanes) passedOver.add(lane)
        }
      }
      for (const { lanes } of group) for (const lane of lanes) held.add(lane)
      return { group, rest }
    },
    leave(group) {
      for (const { lanes } of group) for (const lane of lanes) held.delete(lane)
    },
  }
}
