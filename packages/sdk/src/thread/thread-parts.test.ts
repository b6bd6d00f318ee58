import { LIMITS } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../testing.ts'
import { createReading } from './reading.ts'
import { createTyping } from './typing.ts'

const AGENT = { kind: 'agent', id: 'a' } as const

describe('typing', () => {
  it('[TL11] is told at most once in an interval, and ends by itself', async () => {
    const clock = createManualClock()
    const said: boolean[] = []
    const typing = createTyping(clock, (isTyping) => said.push(isTyping))
    for (let key = 0; key < 10; key++) {
      typing.say(true)
      await clock.advance(LIMITS.typingIntervalMs / 5)
    }
    expect(said).toEqual([true, true])
    await clock.advance(60_000)
    expect(said).toEqual([true, true, false])
    typing.say(false)
    typing.sent()
    await clock.advance(60_000)
    expect(said).toEqual([true, true, false])
  })

  it('[TL11] of the other side is forgotten when it is not renewed', async () => {
    const clock = createManualClock()
    const typing = createTyping(clock, () => undefined)
    typing.heard(AGENT, true)
    await clock.advance(LIMITS.typingTtlMs - 1)
    typing.heard(AGENT, true)
    await clock.advance(LIMITS.typingTtlMs - 1)
    expect(typing.$who.get()).toEqual([AGENT])
    await clock.advance(1)
    expect(typing.$who.get()).toEqual([])
    typing.heard(AGENT, true)
    typing.heard(AGENT, false)
    expect(typing.$who.get()).toEqual([])
  })
})

describe('reading', () => {
  function setUp() {
    const asked: unknown[] = []
    const listeners = new Set<() => void>()
    const network = { isUp: true }
    const reading = createReading({
      isOnline: () => network.isUp,
      onOnline(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      request(_name, argument) {
        asked.push(argument)
        return Promise.reject(new Error('the network is down'))
      },
    })
    return { asked, network, reading, online: () => listeners.forEach((listener) => listener()) }
  }

  it('[TL10] shows at once, only advances, and is told again after a cut', async () => {
    const { asked, network, reading, online } = setUp()
    reading.advance('c', 5)
    reading.advance('c', 3)
    expect(reading.$read.get()).toBe(5)
    await Promise.resolve()
    network.isUp = false
    reading.advance('c', 6)
    network.isUp = true
    await new Promise((resolve) => setImmediate(resolve))
    online()
    expect(asked.at(-1)).toEqual({ conversation: 'c', upTo: 6 })
    reading.learn(9)
    expect(reading.$read.get()).toBe(9)
  })
})
