import { applyConversation, type ConversationState, type LogEvent, type StreamState } from '@pendopo/protocol'
import { pino } from 'pino'
import { describe, expect, it, vi } from 'vitest'
import type { SignalOf } from '../cluster/signal.ts'
import type { Committed } from '../log/log.ts'
import type { Tail } from '../store/store.ts'
import { createCatchUp } from './catch-up.ts'
import type { Change } from './fan-out.ts'

const ID = '0190b8a4-0000-7000-8000-00000000000c'

const event = (seq: number): LogEvent => ({
  ...{ seq, publicSeq: seq, kind: 'message.posted', actor: { kind: 'visitor', id: 'i' }, at: seq, data: {} },
  command: ID,
  content: { text: `${seq}` },
})
const opened = applyConversation(null, {
  ...event(1),
  kind: 'conversation.opened',
  data: { channel: 'acme', contact: 'contact', identity: 'i', team: null },
})
const at = (seq: number): ConversationState => ({ ...opened, seq, publicSeq: seq })
const hint = (seq: number): SignalOf<'appended'> => ({
  ...{ kind: 'appended', workspace: 'w', stream: { kind: 'conversation', id: ID }, seq, isPublic: true },
})
const streamAt = (seq: number): StreamState => ({ kind: 'conversation', id: ID, state: at(seq) })

/** One conversation in a database that counts what it is asked, and the numbers this node has told of it. */
function setUp(head: number | undefined) {
  let seq = head ?? 1
  let told = head
  let questions = 0
  const changes: Change[] = []
  let hold = Promise.resolve()
  const catchUp = createCatchUp({
    store: {
      log: {
        load: async () => {
          questions += 1
          await hold
          return { streams: new Map([[ID, streamAt(seq)]]), known: new Map() }
        },
        tails: async (_workspace: string, tails: readonly Tail[], limit: number) =>
          new Map(
            tails.map(({ stream, after }) => [
              stream.id,
              Array.from({ length: Math.min(limit, seq - after) }, (_, index) => event(after + 1 + index)),
            ]),
          ),
      },
    },
    watchers: {
      headOf: () => told,
      setHead: (_id: string, n: number) => (told = n),
      isWatched: () => true,
    },
    sessions: { agents: new Set(['somebody']), visitors: new Set() },
    fanOut: { changed: (list: readonly Change[]) => changes.push(...list), agentChanged: () => {} },
    onOverflow: () => {},
    logger: pino({ level: 'silent' }),
  } as never)
  return {
    catchUp,
    grow: (by: number) => (seq += by),
    /** The database does not answer until it is let go. */
    holdBack: () => {
      let release = () => {}
      hold = new Promise((resolve) => (release = resolve))
      return release
    },
    questions: () => questions,
    told: () => changes.map(({ events }) => events.map((one) => one.seq)),
    settled: (count: number) => vi.waitUntil(() => changes.length >= count),
  }
}

describe('what other nodes appended', () => {
  it('[CL5] however many hints come during a reading, they lead to one more', async () => {
    const { catchUp, grow, holdBack, questions, told, settled } = setUp(1)
    const release = holdBack()
    for (let n = 0; n < 50; n++) catchUp.heard(hint(1 + grow(1)))
    release()
    await settled(2)
    expect(questions()).toBe(2)
    expect(told().flat()).toEqual(Array.from({ length: 50 }, (_, index) => index + 2))
  })

  it('[CL1] too much to tell is told by its newest: a gap makes the clients sync', async () => {
    const { catchUp, grow, told, settled } = setUp(1)
    grow(1_000)
    catchUp.heard(hint(1_001))
    await settled(1)
    expect(told()).toEqual([[1_001]])
  })

  it('[CL6] a commit of this node on a number it has not told shows what is missing', async () => {
    const { catchUp, grow, told, settled } = setUp(3)
    grow(2)
    const commit: Committed = {
      ...{ workspace: 'w', before: streamAt(4), stream: streamAt(5), events: [event(5)], senders: [] },
    }
    catchUp.committed([commit])
    await settled(1)
    expect(told()).toEqual([[4, 5]])
  })

  it('[CL5] none is lost that comes just as a reading ends, whatever the turn', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const { catchUp, grow, told, settled } = setUp(1)
      catchUp.heard(hint(1 + grow(1)))
      await settled(1)
      catchUp.heard(hint(1 + grow(1)))
      // From one promise to the next, so that each turn around the end is met once.
      while (told().length < 2) await Promise.resolve()
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      catchUp.heard(hint(1 + grow(1)))
      await settled(3)
    }
  })

  it('[CL1] what is heard while the first sync still reads is told after it', async () => {
    const { catchUp, grow, told, settled } = setUp(undefined)
    grow(1)
    catchUp.heard(hint(2))
    await settled(1)
    expect(told()).toEqual([[]])
    catchUp.saw('w', ID, 1)
    await settled(2)
    expect(told()).toEqual([[], [2]])
  })
})
