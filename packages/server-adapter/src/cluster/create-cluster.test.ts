import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../readers/testing.test.support.ts'
import { createCluster, type ClusterEvent } from './create-cluster.ts'
import { readMessage, writeMessage, type Signal } from './signal.ts'

const TYPING: Signal = {
  ...{ kind: 'typing', workspace: 'w', conversation: 'c', typing: true },
  who: { kind: 'agent', id: 'a' },
}
const OTHER = 'other'

/** A node on a bus of which the test is the other end. */
function setUp() {
  const clock = createManualClock()
  const sent: string[] = []
  const events: ClusterEvent[] = []
  let hear: (text: string) => void = () => {}
  let isEchoing = true
  const cluster = createCluster({
    clock,
    logger: pino({ level: 'silent' }),
    openBus: (listener) => {
      hear = listener
      return {
        publish: (text) => {
          sent.push(text)
          if (isEchoing) listener(text)
        },
        close: async () => {},
      }
    },
  })
  cluster.onEvent((event) => events.push(event))
  return {
    cluster,
    clock,
    sent,
    /** Beats pass one by one. */
    pass: (seconds: number, each: () => void = () => {}) => {
      for (let second = 0; second < seconds; second++) {
        clock.advance(1_000)
        each()
      }
    },
    hear: (text: string) => hear(text),
    /** The other node: its last number, and what it says. */
    other: (count: number, ...signals: Signal[]) => hear(writeMessage({ node: OTHER, count, signals })),
    cut: (isCut: boolean) => {
      isEchoing = !isCut
    },
    /** What has happened since the last look. */
    news: () => events.splice(0).map((event) => (event.kind === 'signal' ? event.signal.kind : event.kind)),
  }
}

describe('a node among others', () => {
  it('[CL6] a message that is missing shows with the next beat, one that is not is no reason to compare', () => {
    const { other, news } = setUp()
    other(7)
    expect(news()).toEqual(['joined', 'missed'])
    other(8, TYPING)
    other(8)
    expect(news()).toEqual(['typing'])
    other(9)
    expect(news()).toEqual(['missed'])
    other(9)
    expect(news()).toEqual([])
    other(11, TYPING)
    expect(news()).toEqual(['missed', 'typing'])
  })

  it('[CL6] a node that lost its own message numbers it all the same', async () => {
    const { cluster, sent } = setUp()
    cluster.signal(TYPING)
    cluster.signal(TYPING)
    await new Promise(setImmediate)
    expect(sent.map(readMessage).map((message) => [message?.count, message?.signals.length])).toEqual([
      [0, 0],
      [1, 2],
    ])
  })

  it('[CL3] a node that is silent for its lease has left; one whose beats come has not', () => {
    const { other, pass, news } = setUp()
    other(0)
    news()
    pass(20, () => other(0))
    expect(news()).toEqual([])
    pass(7)
    expect(news()).toEqual(['left'])
  })

  it('[CL7] who does not hear itself is cut off, keeps the others for a while, and asks the database', () => {
    const { cluster, other, pass, cut, news } = setUp()
    other(0)
    news()
    expect(cluster.state).toBe('live')
    cut(true)
    pass(11)
    expect(cluster.state).toBe('cut')
    const polls = news()
    expect(polls.length).toBeGreaterThanOrEqual(2)
    expect(new Set(polls)).toEqual(new Set(['missed']))
    cut(false)
    pass(1)
    expect(cluster.state).toBe('live')
  })

  it('[CL7] before it has heard itself once, a node is not live', () => {
    const cluster = createCluster({
      ...{ clock: createManualClock(), logger: pino({ level: 'silent' }) },
      openBus: () => ({ publish: () => {}, close: async () => {} }),
    })
    expect(cluster.state).toBe('cut')
  })

  it('[CL3] who stood still has not read what came meanwhile, and judges nobody', () => {
    const { cluster, clock, other, news } = setUp()
    other(0)
    news()
    clock.advance(30_000)
    expect(news()).toEqual([])
    expect(cluster.state).toBe('live')
  })

  it('[CL4] what is no signal of ours is dropped, and the rest of its message is not', () => {
    const { hear, other, news } = setUp()
    other(0)
    news()
    hear('no json')
    hear('{"node":1}')
    const odd = { kind: 'from a later version', text: 'x' }
    hear(JSON.stringify({ node: OTHER, count: 1, signals: [odd, { ...TYPING, who: null }, { ...TYPING, text: 'x' }] }))
    expect(news()).toEqual(['typing'])
  })

  it('[CL4] of a signal only what its kind knows is taken', () => {
    const text = JSON.stringify({ node: OTHER, count: 1, signals: [{ ...TYPING, text: 'x' }] })
    expect(readMessage(text)?.signals).toEqual([TYPING])
  })
})
