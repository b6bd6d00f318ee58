// Watches who sends. De-duplication makes a second drainer harmless, so nothing but watching would ever find one: a tab
// may send only where it holds the lock, has entries that no other tab knows, or has waited long enough to take over.

import type { Environment } from '../environment.ts'

/** As long as the outbox waits before a tab takes over. */
const TAKE_OVER_AFTER_MS = 10_000

export interface DrainerWatch {
  /** What the tab is to be built with. */
  readonly environment: Pick<Environment, 'transport' | 'leadership'>
  /** How often it sent without a right to. */
  readonly trespasses: () => number
}

export interface DrainerOptions {
  /** Milliseconds that have passed in the world, whatever clocks show. */
  readonly elapsed: () => number
  /** When the oldest message was written that the outbox may still hold, as these commands are sent. */
  readonly oldestUnsent: (commands: readonly string[]) => number
  /** Whether its clock was ever set: then it may believe that it has waited. */
  readonly isClockTouched: () => boolean
  readonly isAlone: () => boolean
}

export function watchDrainer(
  { transport, leadership }: Pick<Environment, 'transport' | 'leadership'>,
  { elapsed, oldestUnsent, isClockTouched, isAlone }: DrainerOptions,
): DrainerWatch {
  let leads = false
  let onlineSince = Number.POSITIVE_INFINITY
  let trespasses = 0

  const mayTakeOver = (commands: readonly string[]) =>
    elapsed() - Math.max(onlineSince, oldestUnsent(commands)) >= TAKE_OVER_AFTER_MS

  return {
    trespasses: () => trespasses,
    environment: {
      leadership: {
        acquire(name, onLead) {
          const release = leadership.acquire(name, () => {
            leads = true
            onLead()
          })
          return () => {
            leads = false
            release()
          }
        },
      },
      transport: {
        connect(target, handlers) {
          const connection = transport.connect(target, {
            ...handlers,
            onPacket(name, packet) {
              if (name === 'welcome') onlineSince = elapsed()
              handlers.onPacket(name, packet)
            },
          })
          return {
            ...connection,
            request(name, argument, timeoutMs) {
              if (name === 'commands' && !leads && !isAlone() && !isClockTouched() && !mayTakeOver(idsOf(argument)))
                trespasses++
              return connection.request(name, argument, timeoutMs)
            },
          }
        },
      },
    },
  }
}

const idsOf = (argument: unknown): readonly string[] =>
  (argument as { readonly commands: readonly { readonly id: string }[] }).commands.map(({ id }) => id)
