// `unwatch`, `items`, `read` and `heads`: what a thread and a badge need beside `sync`.

import { LIMITS, type ConversationHead } from '@pendopo/protocol'
import type { Store } from '../../store/store.ts'
import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { readerOf } from '../marks.ts'
import { seeConversation } from '../see-conversation.ts'
import type { VisitorSession } from '../session.ts'

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

export function readHandler({ store, passing, cluster }: GatewayContext) {
  return defineHandler('read', async (session, { conversation, upTo }) => {
    const { workspace, audience } = session
    const { seq, publicSeq } = await seeConversation(store, session, conversation)
    const mark = await store.marks.advance(workspace, conversation, readerOf(session), audience, upTo)
    if (mark === null) return {}
    const signal = { kind: 'marked', workspace, conversation, mark, head: { seq, publicSeq } } as const
    passing.marked(signal, session)
    cluster.signal(signal)
    return {}
  })
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
