// Conversations that have been closed for longer than the site keeps them lose their content, and begin anew from there.
// A round walks the closed conversations from the oldest, a handful at a time with a rest between, once a day: it keeps
// no place of its own in the database, so a changed setting counts from the next round. Nodes may do it at the same time.

import type { Logger } from 'pino'
import type { Clock } from '../readers/clock.ts'
import type { ConversationState } from '@pendopo/protocol'
import { eraseConversation, type Erasing } from './erase-conversation.ts'

const DAY_MS = 86_400_000

/** The first round waits until a start with much to do is over. */
const FIRST_MS = 60_000

/** Conversations in one step: some milliseconds of the database. */
const STEP = 50

/** Between steps, so that the day's traffic does not notice. */
const REST_MS = 100

/** How long closed conversations are kept, in days; a site without a number of its own has the default. */
export interface RetentionDays {
  /** 0 keeps them for ever. */
  readonly default: number
  readonly sites?: Readonly<Record<string, number>>
}

interface Needs extends Erasing {
  readonly workspaces: () => Promise<readonly string[]>
  readonly days: RetentionDays
  readonly clock: Clock
  readonly logger: Logger
}

export interface Retention {
  /** One round now; resolves with how many conversations lost their content. */
  run(): Promise<number>
  /** Ends the round in hand at its next step. */
  close(): Promise<void>
}

export function createRetention({ workspaces, days, clock, logger, ...erasing }: Needs): Retention {
  const daysOf = (channel: string): number => days.sites?.[channel] ?? days.default
  const finite = [days.default, ...Object.values(days.sites ?? {})].filter((number) => number > 0)
  let isClosed = false
  let cancel = finite.length === 0 ? () => {} : clock.after(FIRST_MS, tick)
  let running: Promise<unknown> = Promise.resolve()

  /** Over its time, with something in it: what came after the last cut. */
  function isDue({ channel, closedAt, firstSeq, seq }: ConversationState): boolean {
    const kept = daysOf(channel) * DAY_MS
    return kept > 0 && closedAt !== null && closedAt + kept <= clock.now() && firstSeq !== seq
  }

  async function walk(workspace: string): Promise<number> {
    let cut = 0
    let after: Parameters<typeof erasing.store.privacy.closed>[2] = null
    while (!isClosed) {
      const movedBefore = clock.now() - Math.min(...finite) * DAY_MS + 1
      const states: readonly ConversationState[] = await erasing.store.privacy.closed(
        workspace,
        movedBefore,
        after,
        STEP,
      )
      for (const { id } of states.filter(isDue)) {
        if (await isCut(workspace, id)) cut += 1
      }
      const last = states.at(-1)
      if (states.length < STEP || last === undefined) return cut
      after = { movedAt: last.movedAt, id: last.id }
      await new Promise<void>((resolve) => void clock.after(REST_MS, resolve))
    }
    return cut
  }

  /** One that cannot be done now is tried again tomorrow, and keeps none of the others. */
  async function isCut(workspace: string, id: string): Promise<boolean> {
    try {
      await eraseConversation(erasing, workspace, id, { reader: 'retention', reason: 'retention' })
      return true
    } catch (error) {
      logger.warn({ err: error, conversation: id }, 'unable to remove the content of a conversation past its time')
      return false
    }
  }

  async function run(): Promise<number> {
    let cut = 0
    if (finite.length > 0) for (const workspace of await workspaces()) cut += await walk(workspace)
    return cut
  }

  function tick(): void {
    running = run()
      .then((cut) => {
        if (cut > 0) logger.info({ conversations: cut }, 'removed the content of conversations past their time')
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'unable to remove what is past its time'))
      .finally(() => {
        if (!isClosed) cancel = clock.after(DAY_MS, tick)
      })
  }

  return {
    run,
    async close() {
      isClosed = true
      cancel()
      await running
    },
  }
}
