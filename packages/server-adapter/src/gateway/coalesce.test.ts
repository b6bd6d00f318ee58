import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coalesce } from './coalesce.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const runsOf = (start: 'at-once' | 'later') => {
  const at: number[] = []
  const begun = Date.now()
  const flush = coalesce(() => at.push(Date.now() - begun), 250, Date.now, start)
  return { at, flush }
}

describe('coalesce', () => {
  it('[CN23] the first request runs at once, the next ones together and a quarter of a second later', () => {
    const { at, flush } = runsOf('at-once')
    flush.request()
    vi.advanceTimersByTime(10)
    for (let count = 0; count < 50; count++) flush.request()
    vi.advanceTimersByTime(1_000)
    flush.request()
    vi.advanceTimersByTime(1_000)
    expect(at).toEqual([0, 250, 1_010])
  })

  it('[CN31] presence waits, so that a reload is never told', () => {
    const { at, flush } = runsOf('later')
    flush.request()
    vi.advanceTimersByTime(100)
    flush.request()
    vi.advanceTimersByTime(1_000)
    expect(at).toEqual([250])
  })

  it('[CN23] nothing runs after the end', () => {
    const { at, flush } = runsOf('at-once')
    flush.request()
    flush.close()
    flush.request()
    vi.advanceTimersByTime(1_000)
    expect(at).toEqual([])
  })
})
