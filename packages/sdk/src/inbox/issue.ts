// Commands other than messages (assign, close …) through the outbox: kept on the device, sent in order with the
// messages around them, repeated until the server knows them, and counted once by it. A refusal is told to whoever
// asked and then forgotten: there is nothing to retry or to show in a thread.

import { uuidv7, type ConversationCommand } from '@pendopo/protocol'
import type { Environment } from '../environment.ts'
import type { Outbox } from '../outbox/create-outbox.ts'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'
import type { NewCommand } from '../thread/create-thread.ts'

export interface Issuer {
  /** Resolves when the server has stored it; rejects with a PendopoError when it never will. */
  issue(conversation: string, command: NewCommand): Promise<void>
  close(): void
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: PendopoError) => void
}

export function createIssuer(outbox: Outbox, { clock, random }: Pick<Environment, 'clock' | 'random'>): Issuer {
  const waiting = new Map<string, Waiting>()

  function take(id: string): Waiting | undefined {
    const found = waiting.get(id)
    waiting.delete(id)
    return found
  }

  const stops = [
    outbox.onAck(({ stored }) => {
      for (const { id } of stored) take(id)?.resolve()
    }),
    outbox.$entries.subscribe((entries) => {
      const refused = entries.filter(({ command, failure }) => failure !== undefined && command.kind !== 'message.post')
      if (refused.length === 0) return
      for (const { command, failure } of refused)
        if (failure !== undefined) take(command.id)?.reject(toPendopoError(failure, command.kind))
      void outbox.forget(refused.map(({ command }) => command.id))
    }),
  ]

  return {
    issue(conversation, command) {
      const whole: ConversationCommand = { ...command, id: uuidv7(clock.now(), random), occurredAt: clock.now() }
      const stored = new Promise<void>((resolve, reject) => waiting.set(whole.id, { resolve, reject }))
      void outbox.add([{ conversation, command: whole }])
      return stored
    },
    close() {
      for (const stop of stops.splice(0)) stop()
      const error = new PendopoError(
        'unavailable',
        'unable to say whether it was done; the client was closed and the command is kept',
      )
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}
