// A process that can end at any call: the parts it works with count the calls that are made of them, and one of these is
// the last.

export class Killed extends Error {}

/** `call`: the first is 1. `before` it does anything, or `after` it has. */
export interface Death {
  readonly call: number
  readonly when: 'before' | 'after'
}

export function createMortality(death: Death | undefined) {
  let calls = 0
  return {
    /** The same object, mortal. Its methods become asynchronous. */
    mortal<Part extends object>(part: Part): Part {
      return new Proxy(part, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key)
          if (typeof value !== 'function') return value
          return async (...args: unknown[]) => {
            calls += 1
            const isLast = calls === death?.call
            if (isLast && death.when === 'before') throw new Killed()
            const result: unknown = await Reflect.apply(value, target, args)
            if (isLast) throw new Killed()
            return result
          }
        },
      })
    },
    /** Whether the call that was to be the last one was ever made. */
    hasDied: () => death !== undefined && calls >= death.call,
  }
}

/** Plays a story once for each call in it, killed there, and once without; resolves with how many calls it has. */
export async function killedAtEachCall(play: (death: Death) => Promise<boolean>): Promise<number> {
  let most = 0
  for (const when of ['before', 'after'] as const)
    for (let call = 1; await play({ call, when }); call++) most = Math.max(most, call)
  return most
}
