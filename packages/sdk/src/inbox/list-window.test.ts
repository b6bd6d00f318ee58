import type { Row } from '@pendopo/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byMoved, EMPTY_WINDOW, withChanged, withHead, withPage, type ListWindow } from './list-window.ts'

const row = (id: string, movedAt: number, over: Partial<Row> = {}): Row => ({
  id,
  n: 1,
  status: 'open',
  contact: { id: `c-${id}`, name: id },
  site: 'acme',
  assignee: null,
  team: null,
  movedAt,
  waitingSince: null,
  last: null,
  unread: 0,
  online: false,
  page: null,
  lastActiveAt: movedAt,
  ...over,
})

const idsOf = ({ rows }: ListWindow) => rows.map(({ id }) => id).join('')
const window = (...rows: Row[]): ListWindow => ({ rows, more: false })

describe('a window of a list', () => {
  it('[IN3] moves a row that moved, takes in a new one and drops one that left', () => {
    const before = window(row('a', 30), row('b', 20), row('c', 10))
    expect(idsOf(withChanged(before, ['c', 'b', 'd'], [row('c', 40), row('d', 25)]))).toBe('cad')
  })

  it('[IN3] keeps rows that did not change, and itself where none did', () => {
    const before = window(row('a', 30), row('b', 20))
    expect(withChanged(before, ['a'], [row('a', 30)])).toBe(before)
    expect(withChanged(before, ['a'], [row('a', 30, { unread: 2 })]).rows[1]).toBe(before.rows[1])
  })

  it('[IN4] does not show a row whose page has not been loaded', () => {
    const before: ListWindow = { rows: [row('a', 30), row('b', 20)], more: true }
    expect(idsOf(withChanged(before, ['z'], [row('z', 5)]))).toBe('ab')
    expect(idsOf(withChanged({ ...before, more: false }, ['z'], [row('z', 5)]))).toBe('abz')
  })

  it('[IN4] appends a page without doubling what moved meanwhile', () => {
    const before: ListWindow = { rows: [row('a', 30), row('b', 20)], more: true }
    expect(idsOf(withPage(before, { rows: [row('b', 20), row('c', 10)], more: false }))).toBe('abc')
  })

  it('[IN3] takes its head anew: what the head reaches is the head’s, what is below stays', () => {
    const before: ListWindow = { rows: [row('a', 50), row('b', 40), row('c', 30), row('d', 20)], more: true }
    expect(idsOf(withHead(before, { rows: [row('n', 60), row('b', 40)], more: true }))).toBe('nbcd')
    expect(idsOf(withHead(before, { rows: [row('b', 40)], more: false }))).toBe('b')
    expect(idsOf(withHead(EMPTY_WINDOW, { rows: [row('b', 40)], more: true }))).toBe('b')
  })

  it('[IN3] equals the server’s list after any changes, as far down as it was loaded', () => {
    const change = fc.record({ id: fc.constantFrom(...'abcdefgh'), movedAt: fc.nat(50), in: fc.boolean() })
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (steps) => {
        const server = new Map<string, Row>()
        let shown = EMPTY_WINDOW
        for (const step of steps) {
          for (const { id, movedAt, in: isIn } of step) {
            if (isIn) server.set(id, row(id, movedAt))
            else server.delete(id)
          }
          const asked = step.map(({ id }) => id)
          shown = withChanged(
            shown,
            asked,
            asked.flatMap((id) => server.get(id) ?? []).filter((one, index, all) => all.indexOf(one) === index),
          )
        }
        expect(idsOf(shown)).toBe(
          [...server.values()]
            .sort(byMoved)
            .map(({ id }) => id)
            .join(''),
        )
      }),
    )
  })
})
