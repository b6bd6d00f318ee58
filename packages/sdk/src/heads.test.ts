import { expect, it, vi } from 'vitest'
import { createHeads } from './heads.ts'
import { createManualClock } from './testing/manual-clock.ts'

it('[CN17] a hint without a new number still asks for the counts: another window may have read', async () => {
  const head = { id: '01900000-0000-7000-8000-000000000001', n: 3, status: 'open', unread: 1 } as const
  const listeners = new Map<string, (packet: never) => void>()
  const tell = (name: string, packet: unknown) => listeners.get(name)?.(packet as never)
  const heads = createHeads(
    {
      isOnline: () => true,
      onPacket: (name, listener) => {
        listeners.set(name, listener)
        return () => listeners.delete(name)
      },
      request: async () => JSON.parse(JSON.stringify({ conversations: [{ ...head, unread: 0 }] })),
    },
    {
      clock: createManualClock(),
      attention: { isVisible: () => true, isOnline: () => true, onChange: () => () => undefined },
    },
  )
  tell('welcome', { conversations: [head] })
  expect(heads.$heads.get()).toEqual([head])
  tell('hint', { conversations: [{ id: head.id, n: 3 }] })
  await vi.waitFor(() => expect(heads.$heads.get()).toEqual([{ ...head, unread: 0 }]))
  heads.close()
})
