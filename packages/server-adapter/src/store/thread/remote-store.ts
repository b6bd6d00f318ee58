// The near side: a store whose calls are answered through a port.

import type { AppendOutcome, LogStore, Store } from '../store.ts'
import { StoreError } from '../store-error.ts'
import { createAppendWriter } from './append-text.ts'
import { fromFailure, type Part, type Reply } from './messages.ts'

export interface RemoteStore extends Store {
  /** Rejects what is under way and whatever comes: nobody answers any more. */
  lose(): void
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A worker, or one end of a channel. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: Reply) => void): unknown
}

export function connectStore(port: Port): RemoteStore {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let isLost = false

  port.on('message', (reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('failure' in reply) asked?.reject(fromFailure(reply.failure))
    else asked?.resolve(reply.value)
  })

  function call(part: Part, method: string, args: readonly unknown[]): Promise<unknown> {
    if (isLost) return Promise.reject(lost(method))
    return new Promise((resolve, reject) => {
      const id = (last += 1)
      waiting.set(id, { resolve, reject })
      port.postMessage({ id, part, method, args })
    })
  }

  function lose(): void {
    isLost = true
    for (const { reject } of waiting.values()) reject(lost('finish'))
    waiting.clear()
  }

  /** Every method of a part is a call; what it takes and gives is checked where the part's interface is. */
  function remote<Name extends NonNullable<Part>>(part: Name, own: Partial<Store[Name]> = {}): Store[Name] {
    const methods = new Map<PropertyKey, unknown>(Object.entries(own))
    const handler: ProxyHandler<object> = {
      get(_target, method) {
        if (typeof method !== 'string') return undefined
        const known = methods.get(method) ?? ((...args: unknown[]) => call(part, method, args))
        methods.set(method, known)
        return known
      },
    }
    return new Proxy({}, handler) as Store[Name]
  }

  const writer = createAppendWriter()
  const append: LogStore['append'] = async (workspace, group) => {
    try {
      // What comes back is what the far side's store gave.
      const outcomes = (await call('log', 'append', [workspace, writer.write(group)])) as readonly AppendOutcome[]
      writer.settle(group, outcomes)
      return outcomes
    } catch (error) {
      writer.settle(group, null)
      throw error
    }
  }

  return {
    log: remote('log', { append }),
    conversations: remote('conversations'),
    marks: remote('marks'),
    directory: remote('directory'),
    sessions: remote('sessions'),
    twoStep: remote('twoStep'),
    jobs: remote('jobs'),
    privacy: remote('privacy'),
    files: remote('files'),
    cells: remote('cells'),
    ping: async () => void (await call(null, 'ping', [])),
    async close() {
      if (isLost) return
      await call(null, 'close', [])
      lose()
    },
    lose,
  }
}

const lost = (what: string) => new StoreError('unavailable', `unable to ${what}; the database is closed`)
