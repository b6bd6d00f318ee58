import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../actor.ts'
import { fromWireEvent, toView, toWireEvent } from '../audience.ts'
import { applyConversation } from '../conversation/apply.ts'
import type { ConversationState } from '../conversation/state.ts'
import type { LogEvent } from '../log-event.ts'
import type { Command } from '../schemas/commands.ts'
import {
  assign,
  ayu,
  budi,
  conversationWith,
  dewi,
  facts,
  noConversation,
  nothingKnown,
  open,
  plain,
  post,
  stateOf,
  stranger,
  uuid,
  visitor,
} from '../testing-actors.ts'
import { planBatch, type KnownCommand } from './plan.ts'

/** Anything anybody might want, sensible or not. */
const step = fc.oneof(
  fc.record({
    by: fc.constantFrom<Actor>(visitor, stranger, ayu, budi, dewi),
    command: fc.oneof(
      fc.string({ minLength: 1, maxLength: 5 }).map((text): Command => post(text)),
      fc.constantFrom(ayu, budi, dewi).map((agent): Command => assign(agent.id)),
      fc
        .constantFrom('conversation.close', 'conversation.reopen', 'conversation.unassign')
        .map((kind): Command => plain(kind)),
      fc.webUrl().map((url): Command => ({ ...plain('page.view'), data: { page: { url } } })),
    ),
    now: fc.integer({ min: 0, max: 5_000 }),
  }),
)

/** Runs the steps one by one, as a log would. */
function run(steps: readonly { by: Actor; command: Command; now: number }[]) {
  const start = planBatch(noConversation, [open()], visitor, facts(100), nothingKnown)
  let { stream } = start
  const log: LogEvent[] = [...start.events]
  for (const { by, command, now } of steps) {
    const plan = planBatch(stream, [command], by, facts(now), nothingKnown)
    log.push(...plan.events)
    stream = plan.stream
  }
  return { state: stateOf(stream), log }
}

describe('any history', () => {
  it('[LG1] numbers all events without a gap, and the public ones without a gap', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { log } = run(steps)
        expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => index + 1))
        const publicOnes = log.flatMap((event) => (event.publicSeq === null ? [] : [event.publicSeq]))
        expect(publicOnes).toEqual(publicOnes.map((_, index) => index + 1))
      }),
    )
  })

  it('[LG2] never lets time go back, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const times = run(steps).log.map((event) => event.at)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
    )
  })

  it('[LG13] folds to the same state on the server and on either client', () => {
    const next = (state: ConversationState | null, event: LogEvent) => applyConversation(state, event)
    const fold = (events: readonly LogEvent[]) => events.reduce<ConversationState | null>(next, null)
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        const { state, log } = run(steps)
        expect(fold(log)).toEqual(state)
        const team = log.flatMap((event) => toWireEvent(event, 'team') ?? []).map(fromWireEvent)
        const teamState = fold(team)
        expect(teamState && { ...teamState, publicSeq: state.publicSeq }).toEqual(state)
        // A visitor who got a snapshot somewhere in the middle and events after it ends where a fresh snapshot is.
        const before = log.slice(0, 1 + (cut % log.length))
        const snapshot = toView(stateOf({ kind: 'conversation', id: state.id, state: fold(before) }), 'participants')
        const after = log.slice(before.length).flatMap((event) => toWireEvent(event, 'participants') ?? [])
        const caughtUp = after.map(fromWireEvent).reduce(next, snapshot)
        const fresh = toView(state, 'participants')
        expect({ ...caughtUp, lastAt: 0, lastMessage: null, page: null }).toEqual({
          ...fresh,
          lastAt: 0,
          lastMessage: null,
          page: null,
        })
      }),
    )
  })
})

describe('repeats', () => {
  const known = (entries: readonly KnownCommand[]) => new Map(entries.map((entry) => [entry.id, entry]))

  it('[LG3] a repeat by the same person leads to the first result and appends nothing', () => {
    const command = post('once')
    const first = planBatch(conversationWith(), [command], visitor, facts(), nothingKnown)
    const again = planBatch(first.stream, [command], visitor, facts(9_000), known(first.known))
    expect(again.results).toEqual(first.results)
    expect(again.events).toEqual([])
  })

  it('[LG3] a visitor who signed in between two tries is still the author', () => {
    const command = post('once')
    const first = planBatch(conversationWith(), [command], visitor, facts(), nothingKnown)
    const signedIn = { ...visitor, identity: uuid(0x30), identities: [uuid(0x30), visitor.identity] }
    expect(planBatch(first.stream, [command], signedIn, facts(), known(first.known)).results).toEqual(first.results)
  })

  it('[LG3] a repeat within one batch appends once', () => {
    const command = post('once')
    const plan = planBatch(conversationWith(), [command, command], visitor, facts(), nothingKnown)
    expect(plan.events).toHaveLength(1)
    expect(plan.results[0]).toEqual(plan.results[1])
  })

  it('[LG4] another body or another person under a used id is refused', () => {
    const command = post('once')
    const first = planBatch(conversationWith(), [command], visitor, facts(), nothingKnown)
    const reused = { ok: false, error: { code: 'id_reused' } }
    const otherBody = planBatch(first.stream, [post('twice', command.id)], visitor, facts(), known(first.known))
    const otherPerson = planBatch(first.stream, [command], ayu, facts(), known(first.known))
    expect(otherBody.results[0]).toMatchObject(reused)
    expect(otherPerson.results[0]).toMatchObject(reused)
  })

  it('[LG5] a batch stores a prefix', () => {
    const batch = [post('one'), plain('conversation.close'), post('three')]
    const plan = planBatch(conversationWith(), batch, visitor, facts(), nothingKnown)
    expect(plan.results.map((result) => result.ok)).toEqual([true, false])
    expect(plan.events.map((event) => event.kind)).toEqual(['message.posted'])
  })
})
