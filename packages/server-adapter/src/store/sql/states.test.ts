import type { ConversationState } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { isAtRest, toConversationState, toMovingJson } from './states.ts'

const state: ConversationState = {
  ...{ id: 'c', seq: 7, publicSeq: 5, firstSeq: 1, status: 'open', channel: 'web', contact: 'x', identities: ['i'] },
  ...{
    team: null,
    assignee: null,
    participants: ['a'],
    episode: 1,
    openedAt: 1,
    closedAt: null,
    lastAt: 1_795_858_001,
  },
  ...{ movedAt: 4, incoming: 2, outgoing: 3, lastMessage: { seq: 7, at: 4, direction: 'in' }, waitingSince: 3 },
  ...{ page: { url: 'https://shop.example/' }, mail: null },
}
const stream = (over: Partial<ConversationState> = {}) =>
  ({ kind: 'conversation', id: 'c', state: { ...state, ...over } }) as const

/** Fields that move with messages: what stands in them is in the stream's own row. */
const MOVING = ['seq', 'publicSeq', 'lastAt', 'movedAt', 'incoming', 'outgoing', 'lastMessage', 'waitingSince']

describe('[ST1] a state in two parts', () => {
  it.each(Object.keys(state))('changes in %s are seen in the part where it stands', (field) => {
    const other = stream({ [field]: { another: 'value' } })
    expect(isAtRest(stream(), other)).toBe(MOVING.includes(field))
    if (MOVING.includes(field)) expect(toMovingJson(other)).not.toBe(toMovingJson(stream()))
  })

  it('is whole again when both are read', () => {
    for (const over of [{}, { lastMessage: null, waitingSince: null }, { lastAt: 2 ** 53 - 1 }]) {
      const { state: whole } = stream(over)
      const row = { state_json: JSON.stringify(state), moving_json: toMovingJson(stream(over)) }
      expect(toConversationState(row)).toEqual(whole)
    }
  })
})
