import { describe, expect, it } from 'vitest'
import type { Hand } from './fixture.ts'

export function testCellsContract(hand: () => Hand): void {
  describe('small values', () => {
    it('[ST28] are changed by whoever knows what they were, and by one of many at once', async () => {
      const { cells } = hand().store
      expect(await cells.get('place', 'one')).toBeNull()
      const first = await Promise.all(['a', 'b', 'c'].map((value) => cells.swap('place', 'one', null, value)))
      expect(first.filter(Boolean)).toHaveLength(1)
      const present = await cells.get('place', 'one')
      expect(['a', 'b', 'c'][first.indexOf(true)]).toBe(present)
      expect(await cells.swap('place', 'one', 'another', 'd')).toBe(false)
      expect(await cells.swap('place', 'one', present, 'd')).toBe(true)
      expect(await cells.swap('place', 'two', null, 'e')).toBe(true)
      expect(await cells.swap('elsewhere', 'one', null, 'f')).toBe(true)
      expect(await cells.all('place')).toEqual(
        new Map([
          ['one', 'd'],
          ['two', 'e'],
        ]),
      )
      expect(await cells.swap('place', 'one', 'd', null)).toBe(true)
      expect(await cells.get('place', 'one')).toBeNull()
    })

    it('[ST28] are forgotten by scope and age', async () => {
      const { store, clock } = hand()
      await store.cells.swap('seen', 'old', null, 'x')
      await store.cells.swap('kept', 'old', null, 'x')
      clock.advance(10_000)
      await store.cells.swap('seen', 'new', null, 'x')
      expect(await store.cells.sweep('seen', 5_000)).toBe(1)
      expect([...(await store.cells.all('seen')).keys()]).toEqual(['new'])
      expect(await store.cells.get('kept', 'old')).toBe('x')
    })
  })
}
