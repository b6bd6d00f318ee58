// `unwatch`, `items`, `read` and `heads`: what a thread and a badge need beside `sync`.

import { LIMITS, type ConversationHead } from '@pendopo/protocol'
import type { Store } from '../../store/store.ts'
import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { mayKnow, readerOf, toMark } from '../marks.ts'
import { seeConversation } from '../see-conversation.ts'
import type { Session, VisitorSession } from '../session.ts'

export function unwatchHandler({ watchers }: GatewayContext) {
  return defineHandler('unwatch', (session, { conversation }) => {
    watchers.remove(conversation, session)
    return {}
  })
}

export function itemsHandler({ store, people }: GatewayContext) {
  return defineHandler('items', async (session, { conversation, before, limit = LIMITS.pageItems }) => {
    const state = await seeConversation(store, session, conversation)
    const page = await store.log.items(session.workspace, conversation, session.audience, before, limit)
    const names = await people.ofThread(session.workspace, state, page.items, session.audience)
    return { items: [...page.items], hasOlder: page.hasOlder, people: names }
  })
}

export function readHandler(context: GatewayContext) {
  const { store, watchers, broadcast } = context
  return defineHandler('read', async (session, { conversation, upTo }) => {
    const state = await seeConversation(store, session, conversation)
    const mark = await store.marks.advance(session.workspace, conversation, readerOf(session), session.audience, upTo)
    if (mark === null) return {}
    for (const audience of ['team', 'participants'] as const) {
      const others = watchers.others(conversation, audience, session).filter((other) => mayKnow(other, mark))
      if (others.length > 0) broadcast(others, 'marks', { conversation, marks: [toMark(mark, audience)] })
    }
    // Their own other windows have a badge to clear.
    for (const own of ownSockets(context, session)) {
      context.hints.add(own, conversation, own.audience === 'team' ? state.seq : state.publicSeq)
    }
    return {}
  })
}

function ownSockets({ sessions }: GatewayContext, session: Session): readonly Session[] {
  const all =
    session.kind === 'agent'
      ? [...sessions.ofAgent(session.agent.id)]
      : [...sessions.ofIdentity(session.visitor.actor.identity)]
  return all.filter((other) => other !== session)
}

export function headsHandler({ store }: GatewayContext) {
  return defineHandler('heads', async (session) => ({ conversations: await readHeads(store, session) }))
}

/** The visitor's conversations on this site in their numbering. */
export async function readHeads(
  store: Pick<Store, 'conversations'>,
  session: VisitorSession,
): Promise<ConversationHead[]> {
  const { channel, identities } = session.visitor.actor
  const found = await store.conversations.ofIdentities(session.workspace, channel, identities)
  return found.map(({ state, unread }) => ({ id: state.id, n: state.publicSeq, status: state.status, unread }))
}
