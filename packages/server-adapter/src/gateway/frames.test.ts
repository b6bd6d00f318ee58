import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import { answerText, isRequest, packetText, readRequest, toFrame } from './frames.ts'

/** The frame that `ws` makes of a text; its types do not say that it does so for others. */
function frameOfWs(text: string): Buffer {
  const options = { readOnly: false, mask: false, rsv1: false, opcode: 1, fin: true }
  const sender: object = Reflect.get(ws, 'Sender')
  const parts: readonly Buffer[] = Reflect.apply(Reflect.get(sender, 'frame'), sender, [Buffer.from(text), options])
  return Buffer.concat(parts)
}

describe('frames', () => {
  it('are those of ws, at every length', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(0, 1, 124, 125, 126, 65_534, 65_535, 65_536, 70_000).map((length) => 'é'.repeat(length)),
      fc.constantFrom(123, 124, 125, 65_533, 65_534, 65_535, 65_536).map((length) => 'x'.repeat(length)),
    )
    fc.assert(fc.property(text, (one) => toFrame(one).equals(frameOfWs(`4${one}`))))
  })
})

describe('requests', () => {
  it('are read with their namespace, id and argument', () => {
    expect(readRequest('2/visitor,17["sync",{"conversation":"c"}]')).toEqual({
      namespace: '/visitor',
      name: 'sync',
      argument: { conversation: 'c' },
      id: 17,
    })
    expect(readRequest('2/agent,["typing"]')).toEqual({
      namespace: '/agent',
      name: 'typing',
      argument: undefined,
      id: undefined,
    })
    expect(readRequest('20["x",[1],2]')).toEqual({ namespace: '/', name: 'x', argument: [1], id: 0 })
    expect(readRequest('2/a,1["x","],["]').argument).toBe('],[')
  })

  it.each([
    ['nothing else', '2'],
    ['a namespace without an end', '2/visitor'],
    ['no list', '2/visitor,7{"a":1}'],
    ['no JSON', '2/visitor,7["sync",{]'],
    ['something after the list', '2/visitor,7["sync"]]'],
    ['no name', '2/visitor,7[]'],
    ['a number for a name', '2/visitor,7[1]'],
    ['an id that is none', '2/visitor,7x["sync"]'],
    ['an id that no number holds', `2/visitor,${'9'.repeat(16)}["sync"]`],
    ['a sign', '2/visitor,-1["sync"]'],
  ])('with %s are none', (_what, text) => {
    expect(isRequest(text)).toBe(true)
    expect(() => readRequest(text)).toThrow(SyntaxError)
  })

  it('are told from the other packets', () => {
    for (const other of ['0/visitor,{}', '1/visitor,', '3/visitor,7[1]', '', Buffer.from('2'), undefined])
      expect(isRequest(other)).toBe(false)
  })
})

describe('answers and packets', () => {
  it('are acks and events of socket.io', () => {
    expect(answerText('/visitor', 17, { ok: true })).toBe('3/visitor,17[{"ok":true}]')
    expect(packetText('/agent', 'gone', { conversation: 'c' })).toBe('2/agent,["gone",{"conversation":"c"}]')
    expect(packetText('/agent', 'events', [{ conversation: 'c', events: [] }])).toBe(
      '2/agent,["events",[{"conversation":"c","events":[]}]]',
    )
  })
})
