import type { ThreadEvent } from '@pendopo/sdk/inbox'
import { expect, it } from 'vitest'
import { toAddresses } from './address-at.ts'

const event = (n: number, kind: string, email?: string): ThreadEvent => ({
  type: 'event',
  id: `c${n}:${n}`,
  n,
  kind,
  at: n,
  actor: { kind: 'system', id: 'mail', name: '' },
  data: {},
  page: null,
  ...(email !== undefined && { words: { email } }),
})

it('[EM121] a mail went to the address that the conversation had then', () => {
  const items = [
    event(1, 'mail.sent'),
    event(2, 'address.given', 'old@acme.example'),
    event(3, 'mail.sent'),
    event(4, 'address.given', 'new@acme.example'),
    event(5, 'mail.sent'),
  ]
  expect([...toAddresses(items, 'new@acme.example')]).toEqual([
    ['c3:3', 'old@acme.example'],
    ['c5:5', 'new@acme.example'],
  ])
  expect([...toAddresses([event(7, 'mail.sent')], 'new@acme.example')]).toEqual([['c7:7', 'new@acme.example']])
  expect(toAddresses([event(7, 'mail.sent')], null).size).toBe(0)
})
