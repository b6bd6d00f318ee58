import { canSee, type ConversationState } from '@pendopo/protocol'
import { RequestError } from '../request-error.ts'
import type { Store } from '../store/store.ts'
import { actorOf, type Session } from './session.ts'

/** The conversation as it is now, for somebody who may see it; `not_found` tells nobody which of the two it is. */
export async function seeConversation(
  store: Pick<Store, 'log'>,
  session: Session,
  id: string,
): Promise<ConversationState> {
  const loaded = await store.log.load(session.workspace, [{ kind: 'conversation', id }], [])
  const stream = loaded.streams.get(id)
  if (stream?.kind === 'conversation' && stream.state !== null && canSee(actorOf(session), stream.state))
    return stream.state
  throw new RequestError('not_found', 'no such conversation')
}
