import type { Answer, WireEvent } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { EMPTY_TIMELINE, withEvents, withMarks, withOlder, withSync, type Timeline } from './timeline.ts'
import { createProjection } from './to-thread-items.ts'

const ID = '0199c82c-c000-7da6-b494-000000000000'
const agent = { kind: 'agent', id: 'a' } as const
const idOf = (n: number) => `0199c82c-c000-7da6-b494-${String(n).padStart(12, '0')}`
const message = (n: number, over: Partial<WireEvent> = {}): WireEvent => ({
  n,
  kind: 'message.posted',
  id: idOf(n),
  actor: agent,
  at: n,
  data: {},
  content: { text: `${n}` },
  ...over,
})
const opened = message(1, { kind: 'conversation.opened', id: ID, actor: { kind: 'visitor', id: 'v' }, content: {} })
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => message(from + index))
const numbers = ({ items }: Timeline) => items.map(({ n }) => n)
const { view } = withEvents(EMPTY_TIMELINE, [opened]).timeline

function snapshot(n: number, items: readonly WireEvent[], hasOlder = false): Answer<'sync'> {
  if (view === null) throw new Error('no view')
  return { n, marks: [], people: {}, snapshot: { conversation: { ...view, seq: n }, items: [...items], hasOlder } }
}

describe('the timeline', () => {
  it('[TL1] [TL2] takes events by number, and each once', () => {
    const { timeline } = withEvents(EMPTY_TIMELINE, [opened, message(2), message(3)])
    expect(numbers(timeline)).toEqual([1, 2, 3])
    expect(timeline.view?.outgoing).toBe(2)
    const again = withEvents(timeline, [message(2), message(3)])
    expect(again).toEqual({ timeline, isBehind: false })
    expect(again.timeline).toBe(timeline)
  })

  it('[TL3] shows nothing behind a gap, and says that something is missing', () => {
    const { timeline, isBehind } = withEvents(EMPTY_TIMELINE, [opened, message(2), message(4)])
    expect(isBehind).toBe(true)
    expect(numbers(timeline)).toEqual([1, 2])
  })

  it('[TL4] a snapshot replaces, unless live events have overtaken it', () => {
    const before = withEvents(EMPTY_TIMELINE, [opened, message(2)]).timeline
    const far = withSync(before, 2, snapshot(400, range(351, 400), true)).timeline
    expect(far).toMatchObject({ n: 400, hasOlder: true })
    expect(numbers(far)[0]).toBe(351)
    const overtaken = withEvents(withSync(EMPTY_TIMELINE, null, snapshot(5, range(2, 5))).timeline, [
      message(6),
    ]).timeline
    expect(withSync(overtaken, null, snapshot(5, range(2, 5))).timeline.n).toBe(6)
    // A log restored from a backup is shorter than what the client has.
    expect(withSync(overtaken, 6, snapshot(4, range(2, 4))).timeline.n).toBe(4)
  })

  it('[TL7] older pages go in front, and nothing shows twice', () => {
    const newest = withSync(EMPTY_TIMELINE, null, snapshot(100, range(51, 100), true)).timeline
    const whole = withOlder(newest, { items: range(1, 51), hasOlder: false, people: {} })
    expect(numbers(whole)).toEqual(range(1, 100).map(({ n }) => n))
    expect(whole.hasOlder).toBe(false)
  })

  it('[TL10] marks only advance', () => {
    const read = (n: number) => ({ reader: agent, read: n })
    const marked = withMarks(EMPTY_TIMELINE, [read(5)])
    expect(withMarks(marked, [read(3)])).toBe(marked)
    expect(withMarks(marked, [read(7)]).marks['agent:a']?.read).toBe(7)
  })

  it('[TL6] what did not change keeps its identity, also over an edit, a mark and a snapshot', () => {
    const projection = createProjection()
    const viewer = { side: 'agent', id: 'a' } as const
    const first = withEvents(EMPTY_TIMELINE, [opened, ...range(2, 5)]).timeline
    const before = projection.toItems(first, [], viewer)
    const edited = withEvents(first, [
      message(6, { kind: 'message.edited', data: { message: idOf(3) }, content: { text: 'better' } }),
    ]).timeline
    const after = projection.toItems(edited, [], viewer)
    expect(after.filter((item, index) => item !== before[index]).map(({ id }) => id)).toEqual([idOf(3)])
    expect(after.find(({ id }) => id === idOf(3))).toMatchObject({ text: 'better', editedAt: 6 })
    const read = withMarks(edited, [{ reader: { kind: 'visitor', id: 'v' }, read: 2 }])
    const marked = projection.toItems(read, [], viewer)
    expect(marked.filter((item, index) => item !== after[index])).toMatchObject([{ n: 2, status: 'read' }])
    const again = withSync(read, read.n, snapshot(6, structuredClone([...read.items]))).timeline
    expect(projection.toItems(again, [], viewer)).toEqual(marked)
    expect(projection.toItems(again, [], viewer)[0]).toBe(marked[0])
  })

  it('[PR6] an unknown kind is shown as unsupported, and its number counts', () => {
    const odd = message(2, { kind: 'poll.started', data: { question: 'Tea?' } })
    const { timeline } = withEvents(EMPTY_TIMELINE, [opened, odd, message(3)])
    const items = createProjection().toItems(timeline, [], { side: 'visitor', id: null })
    expect(items.map(({ type }) => type)).toEqual(['event', 'unsupported', 'message'])
    expect(timeline.n).toBe(3)
  })

  it('[TL15] a comment among the team is a message that says so, and is nobody’s to have read', () => {
    const agent = { kind: 'agent', id: 'a' } as const
    const comment = message(2, { kind: 'comment.posted', actor: agent, content: { text: 'A regular' } })
    const { timeline } = withEvents(EMPTY_TIMELINE, [opened, comment, message(3, { actor: agent })])
    const read = withMarks(timeline, [{ reader: { kind: 'visitor', id: 'v' }, read: 3 }])
    const [, shown, answer] = createProjection().toItems(read, [], { side: 'agent', id: 'a' })
    expect(shown).toMatchObject({ type: 'message', text: 'A regular', mine: true, internal: true, status: 'stored' })
    expect(answer).toMatchObject({ type: 'message', status: 'read' })
    expect(answer).not.toHaveProperty('internal')
  })

  it('[TL6] stays quick with ten thousand items', () => {
    const projection = createProjection()
    const viewer = { side: 'visitor', id: null } as const
    let timeline: Timeline = { ...EMPTY_TIMELINE, n: 10_000, view, items: range(1, 10_000) }
    projection.toItems(timeline, [], viewer)
    const started = performance.now()
    for (let n = 10_001; n <= 10_020; n++) {
      timeline = withEvents(timeline, [message(n)]).timeline
      projection.toItems(timeline, [], viewer)
    }
    // A quadratic step would take seconds; what is allowed here is a hundred times the usual.
    expect(performance.now() - started).toBeLessThan(4_000)
  })
})
