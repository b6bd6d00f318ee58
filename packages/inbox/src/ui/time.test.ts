import { describe, expect, it } from 'vitest'
import { toAgo, toDayName, toListTime, toShortDuration } from './time.ts'

const at = (text: string) => new Date(text).getTime()
const NOW = at('2026-03-12T10:00:00')

describe('times', () => {
  it('[IN6] in a list are as short as the distance allows', () => {
    expect(toListTime(at('2026-03-12T09:05:00'), NOW, 'en-GB')).toMatch(/^0?9:05$/u)
    expect(toListTime(at('2026-03-11T23:59:00'), NOW, 'en-GB')).toBe('Wed')
    expect(toListTime(at('2026-02-01T12:00:00'), NOW, 'en-GB')).toBe('1 Feb')
    expect(toListTime(at('2025-12-30T12:00:00'), NOW, 'en-GB')).toBe('30 Dec 25')
  })

  it('[IN8] in a thread are separated by the reader’s days', () => {
    expect(toDayName(NOW, NOW, 'en-GB')).toBe('Today')
    expect(toDayName(at('2026-03-11T23:59:00'), NOW, 'en-GB')).toBe('Yesterday')
    expect(toDayName(at('2026-03-09T08:00:00'), NOW, 'en-GB')).toMatch(/^Monday,? 9 March$/u)
  })

  it('[IN6] tell how long somebody waits', () => {
    expect([20_000, 61_000, 3_700_000, 86_400_000, 200_000_000].map(toShortDuration)).toEqual([
      '<1 min',
      '1 min',
      '1 h',
      '24 h',
      '2 d',
    ])
    expect(toAgo(NOW - 30_000, NOW)).toBe('just now')
    expect(toAgo(NOW - 300_000, NOW)).toBe('5 min ago')
  })
})
