// Online or on a break: one command on the agent's own stream. A wish that meets a lost connection is repeated with the
// same id when it is back; a later wish takes its place.

import { uuidv7, type AgentWelcome, type Presence } from '@pendopo/protocol'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'

/** After a retryable refusal that names no time. */
const RETRY_MS = 2_000

interface Wish {
  readonly id: string
  readonly agent: string
  readonly presence: Presence
  resolve(): void
  reject(error: unknown): void
}

export interface PresenceWish {
  /** Resolves when it is stored, or when a later wish took its place. */
  set(agent: string, presence: Presence): Promise<void>
  close(): void
}

export function createPresenceWish(
  connection: Connection<AgentWelcome>,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
): PresenceWish {
  let wish: Wish | null = null
  let cancelRetry: (() => void) | null = null

  async function send(): Promise<void> {
    const mine = wish
    if (mine === null || !connection.isOnline()) return
    try {
      const { results } = await connection.request('commands', {
        stream: { kind: 'agent', id: mine.agent },
        commands: [{ id: mine.id, kind: 'agent.set-presence', data: { presence: mine.presence } }],
      })
      const result = results[0]
      if (result !== undefined && !result.ok) throw toPendopoError(result.error, 'set the presence')
      settle(mine, () => mine.resolve())
    } catch (error) {
      if (!(error instanceof PendopoError) || !error.retryable) settle(mine, () => mine.reject(error))
      else if (connection.isOnline()) cancelRetry = clock.after(error.retryAfter ?? RETRY_MS, () => void send())
    }
  }

  function settle(mine: Wish, how: () => void): void {
    if (wish === mine) wish = null
    how()
  }

  const stopOnline = connection.onOnline(() => void send())

  return {
    set(agent, presence) {
      wish?.resolve()
      cancelRetry?.()
      return new Promise((resolve, reject) => {
        wish = { id: uuidv7(clock.now(), random), agent, presence, resolve, reject }
        void send()
      })
    },
    close() {
      stopOnline()
      cancelRetry?.()
      wish?.reject(new PendopoError('unavailable', 'unable to set the presence; the client was closed'))
      wish = null
    },
  }
}
