import { describe, expect, it } from 'vitest'
import { OVERDUE_AFTER_MS, toRowStatus } from './row-status.ts'

const NOW = 1_000_000_000

describe('a row’s status', () => {
  it('[IN6] is waiting from the contact’s first unanswered word, and overdue after five minutes', () => {
    const waiting = { status: 'open', waitingSince: NOW } as const
    expect(toRowStatus(waiting, NOW + OVERDUE_AFTER_MS - 1)).toEqual({ kind: 'waiting', forMs: OVERDUE_AFTER_MS - 1 })
    expect(toRowStatus(waiting, NOW + OVERDUE_AFTER_MS)).toEqual({ kind: 'overdue', forMs: OVERDUE_AFTER_MS })
  })

  it('[IN6] is answered when nobody waits, and closed when it is closed', () => {
    expect(toRowStatus({ status: 'open', waitingSince: null }, NOW)).toEqual({ kind: 'answered' })
    expect(toRowStatus({ status: 'closed', waitingSince: 1 }, NOW)).toEqual({ kind: 'closed' })
  })

  it('[EM125] waits for a decision on a held mail, unless the contact waits anyway', () => {
    expect(toRowStatus({ status: 'open', waitingSince: null, held: true }, NOW)).toEqual({ kind: 'held' })
    expect(toRowStatus({ status: 'closed', waitingSince: 1, held: true }, NOW)).toEqual({ kind: 'held' })
    expect(toRowStatus({ status: 'open', waitingSince: NOW, held: true }, NOW)).toEqual({ kind: 'waiting', forMs: 0 })
  })

  it('[IN6] bears a clock that is behind the server’s', () => {
    expect(toRowStatus({ status: 'open', waitingSince: NOW + 60_000 }, NOW)).toEqual({ kind: 'waiting', forMs: 0 })
  })
})
