import { LIMITS } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { inOrder, toBatch, toQueues } from './batch.ts'
import { toOutgoingText } from './outgoing-text.ts'
import type { OutboxEntry } from './storage.ts'

const post = (position: number, over: Partial<OutboxEntry> = {}, text = 'a'): OutboxEntry => ({
  position,
  conversation: 'c',
  command: { id: `${position}`, kind: 'message.post', data: { text } },
  ...over,
})
const positions = (entries: readonly OutboxEntry[] = []) => entries.map(({ position }) => position)

describe('a batch', () => {
  it('[OB3] [OB6] is one conversation in order, under the id it has now, without what has failed', () => {
    const failed = post(2, { failure: { code: 'conflict', message: 'no' } })
    const queues = toQueues([post(1, { conversation: 'old' }), failed, post(3), post(4, { conversation: 'd' })], {
      old: 'c',
    })
    expect(positions(queues.get('c'))).toEqual([1, 3])
    expect(positions(queues.get('d'))).toEqual([4])
  })

  it('[OB3] fits a request, in number and in bytes', () => {
    const many = Array.from({ length: 80 }, (_, index) => post(index))
    expect(toBatch(many)).toHaveLength(LIMITS.batchCommands)
    const heavy = many.map((entry) => post(entry.position, {}, '\u0001'.repeat(LIMITS.textLength)))
    const batch = toBatch(heavy)
    expect(batch.length).toBeGreaterThan(0)
    expect(JSON.stringify(batch.map(({ command }) => command)).length).toBeLessThan(LIMITS.frameBytes)
  })

  it('[OB6] an opening begins a batch', () => {
    const open = post(2, { command: { id: 'o', kind: 'conversation.open', data: {} } })
    expect(positions(toBatch([post(1), open, post(3)]))).toEqual([1])
    expect(positions(toBatch([open, post(3)]))).toEqual([2, 3])
  })

  it('[OB4] a command that a crash left twice counts once, in its later place', () => {
    const again = post(5, { command: post(1).command })
    expect(positions(inOrder([again, post(1), post(2)]))).toEqual([2, 5])
  })
})

describe('outgoing text', () => {
  it('[OB10] is well-formed and free of NUL', () => {
    expect(toOutgoingText('a\u0000b')).toBe('ab')
    expect(toOutgoingText('\uD83D\uDE00 \uD83D \uDE00')).toBe('\uD83D\uDE00 \uFFFD \uFFFD')
  })

  it('[OB10] is refused where nothing is left or too much is there', () => {
    expect(() => toOutgoingText(' \u0000\n')).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(toOutgoingText('a'.repeat(LIMITS.textLength))).toHaveLength(LIMITS.textLength)
    expect(() => toOutgoingText('a'.repeat(LIMITS.textLength + 1))).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    )
  })
})
