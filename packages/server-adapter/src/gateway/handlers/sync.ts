// `sync`: what came after, or a snapshot; from then on the socket watches. The watch begins before the read, and what is
// committed in between is held back and sent right after the answer, so that nothing falls between the two.

import {
  LIMITS,
  toView,
  type Answer,
  type Audience,
  type ConversationState,
  type ConversationView,
  type Item,
  type WireEvent,
} from '@pendopo/protocol'
import { RequestError } from '../../request-error.ts'
import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { toEventsEntry, toWireEvents } from '../fan-out.ts'
import { toMarks } from '../marks.ts'
import type { PeopleDirectory } from '../people.ts'
import { seeConversation } from '../see-conversation.ts'
import type { Session } from '../session.ts'
import { noteWho, type Watch } from '../watchers.ts'

interface Read {
  readonly n: number
  readonly entries: readonly (Item | WireEvent)[]
  readonly part: Pick<Answer<'sync'>, 'events' | 'snapshot'>
}

export function syncHandler(context: GatewayContext) {
  const { store, watchers, catchUp, people, limits } = context

  return defineHandler('sync', async (session, { conversation, have }) => {
    const isNew = !session.watching.has(conversation)
    if (isNew && session.watching.size >= limits.watched)
      throw new RequestError('too_large', `at most ${limits.watched} conversations at once`)
    const watch = watchers.add(conversation, session)
    watch.syncs += 1
    try {
      const state = await seeConversation(store, session, conversation)
      if (watch.stage === 'proving') watch.stage = 'reading'
      noteWho(watch, state)
      catchUp.saw(session.workspace, conversation, state.seq)
      const { n, entries, part } = await read(context, session, state, have)
      const marks = toMarks(await store.marks.of(session.workspace, conversation), session)
      const names = await people.ofThread(session.workspace, state, entries, session.audience)
      release(watch, n, people)
      return { n, marks, people: names, ...part }
    } catch (error) {
      if (watch.stage !== 'live' && watch.syncs === 1) watchers.remove(conversation, session)
      throw error
    } finally {
      watch.syncs -= 1
    }
  })
}

async function read(
  { store }: GatewayContext,
  session: Session,
  state: ConversationState,
  have: number | null,
): Promise<Read> {
  const { audience, workspace } = session
  const n = audience === 'team' ? state.seq : state.publicSeq
  if (have !== null && have <= n && n - have <= LIMITS.syncEvents) {
    const events =
      have === n
        ? []
        : await store.log.events(workspace, { kind: 'conversation', id: state.id }, audience, have, LIMITS.syncEvents)
    const wire = toWireEvents(events, audience)
    return { n: wire.at(-1)?.n ?? n, entries: wire, part: { events: wire } }
  }
  const page = await store.log.items(workspace, state.id, audience, n + 1, LIMITS.pageItems)
  const items = [...page.items]
  return {
    n,
    entries: items,
    part: { snapshot: { conversation: toConversationView(state, audience), items, hasOlder: page.hasOlder } },
  }
}

/** After the answer has left: two microtask turns would do, a macrotask is sure. */
function release(watch: Watch, n: number, people: PeopleDirectory): void {
  setImmediate(() => {
    const { held, session, conversation } = watch
    watch.stage = 'live'
    watch.held = []
    const entry = toEventsEntry(people, conversation, held, session.audience)
    const events = entry.events.filter((event) => event.n > n)
    if (events.length > 0) session.wire.emit('events', [{ ...entry, events }])
  })
}

function toConversationView(state: ConversationState, audience: Audience): ConversationView {
  const view = toView(state, audience)
  return { ...view, identities: [...view.identities], participants: [...view.participants] }
}
