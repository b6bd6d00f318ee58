import { describe, expect, it } from 'vitest'
import { toHue, toInitials } from './initials.ts'

describe('initials', () => {
  it.each([
    ['Ayu Lestari', 'AL'],
    ['  ayu  ', 'A'],
    ['Jean-Luc van der Berg', 'JB'],
    ['ليلى منصور', 'لم'],
    ['Visitor 3f2a', 'V3'],
    ['', '?'],
    ['😀', '😀'],
  ])('[IN6] of %j are %j', (name, initials) => expect(toInitials(name)).toBe(initials))

  it('[IN6] come with a colour that belongs to the person', () => {
    expect(toHue('0190-a')).toBe(toHue('0190-a'))
    expect(new Set(['a', 'b', 'c', 'd', 'e', 'f'].map(toHue)).size).toBeGreaterThan(3)
  })
})
