// One conversation's log as far as this client has it: a snapshot, older pages in front, live events behind, merged by
// number. Pure: a repeat changes nothing, a gap is told to the caller, who fetches. It does not know about unsent
// messages (`to-thread-items.ts` adds them).

import {
  applyConversation,
  applyToItems,
  fromWireEvent,
  type Answer,
  type ConversationView,
  type Item,
  type Mark,
  type People,
  type WireEvent,
} from '@pendopo/protocol'

export interface Timeline {
  /** The newest number known; 0 for nothing. */
  readonly n: number
  readonly view: ConversationView | null
  /** The loaded items, oldest first. */
  readonly items: readonly Item[]
  readonly hasOlder: boolean
  readonly people: People
  /** How far each reader has read, by `kind:id`. */
  readonly marks: Readonly<Record<string, Mark>>
}

/** Folds an event into a conversation. An agent's has a mail side too; a visitor's client does without its bytes. */
export type Fold = typeof applyConversation

export const EMPTY_TIMELINE: Timeline = { n: 0, view: null, items: [], hasOlder: false, people: {}, marks: {} }

/** After live events, or those of an ack. `isBehind`: something between was missed and has to be fetched. */
export function withEvents(
  timeline: Timeline,
  events: readonly WireEvent[],
  fold: Fold = applyConversation,
): { readonly timeline: Timeline; readonly isBehind: boolean } {
  let { n, view, items } = timeline
  for (const event of events) {
    if (event.n <= n) continue
    if (event.n > n + 1) return { timeline: changed(timeline, { n, view, items }), isBehind: true }
    n = event.n
    view = toView(fold(view, fromWireEvent(event)))
    items = applyToItems(items, event)
  }
  return { timeline: changed(timeline, { n, view, items }), isBehind: false }
}

/** After the answer to "I have up to `asked`": events to catch up with, or a snapshot that replaces everything. */
export function withSync(
  timeline: Timeline,
  asked: number | null,
  answer: Answer<'sync'>,
  fold?: Fold,
): { readonly timeline: Timeline; readonly isBehind: boolean } {
  const known = withMarks(withPeople(timeline, answer.people), answer.marks)
  if (answer.snapshot === undefined) return withEvents(known, answer.events ?? [], fold)
  const { conversation, items, hasOlder } = answer.snapshot
  // Overtaken by live events on the way. (A log that is shorter than what we asked with was restored: it replaces ours.)
  if (answer.n < known.n && known.n > (asked ?? 0)) return { timeline: known, isBehind: false }
  const kept = new Map(known.items.map((item) => [item.n, item]))
  return {
    timeline: {
      ...known,
      n: answer.n,
      view: conversation,
      items: items.map((item) => reuse(kept.get(item.n), item)),
      hasOlder,
    },
    isBehind: false,
  }
}

/** With the page before the oldest item. */
export function withOlder(timeline: Timeline, page: Answer<'items'>): Timeline {
  const oldest = timeline.items[0]?.n ?? Infinity
  const older = page.items.filter(({ n }) => n < oldest)
  return { ...withPeople(timeline, page.people), items: [...older, ...timeline.items], hasOlder: page.hasOlder }
}

/** Marks only advance. */
export function withMarks(timeline: Timeline, marks: readonly Mark[]): Timeline {
  const advanced = marks.filter((mark) => mark.read > (timeline.marks[markKey(mark)]?.read ?? 0))
  if (advanced.length === 0) return timeline
  return {
    ...timeline,
    marks: { ...timeline.marks, ...Object.fromEntries(advanced.map((mark) => [markKey(mark), mark])) },
  }
}

/** The same again is no news: whoever has drawn thousands of items with these names need not look at them anew. */
export function withPeople(timeline: Timeline, people: People): Timeline {
  const isKnown = ([id, person]: [string, unknown]) => JSON.stringify(timeline.people[id]) === JSON.stringify(person)
  return Object.entries(people).every(isKnown) ? timeline : { ...timeline, people: { ...timeline.people, ...people } }
}

const markKey = ({ reader }: Mark) => `${reader.kind}:${reader.id}`

/** The same item again keeps its identity, so that nothing is drawn anew. */
function reuse(former: Item | undefined, item: Item): Item {
  return former !== undefined && JSON.stringify(former) === JSON.stringify(item) ? former : item
}

function changed(timeline: Timeline, next: Pick<Timeline, 'n' | 'view' | 'items'>): Timeline {
  return next.n === timeline.n ? timeline : { ...timeline, ...next }
}

/** The fold's state as plain data: the two differ in `readonly` alone. */
const toView = (state: ReturnType<Fold>): ConversationView => ({
  ...state,
  identities: [...state.identities],
  participants: [...state.participants],
})
