import type { ActorRef, Audience, Mark } from '@pendopo/protocol'
import type { StoredMark } from '../store/store.ts'
import { actorOf, type Session } from './session.ts'

/** The mark in an audience's numbering. Visitors see how far the team has read; the team sees everybody's. */
export function toMark({ reader, seq, publicSeq }: StoredMark, audience: Audience): Mark | undefined {
  if (audience === 'participants' && reader.kind === 'visitor') return undefined
  return { reader, read: audience === 'team' ? seq : publicSeq }
}

export function toMarks(marks: readonly StoredMark[], audience: Audience): Mark[] {
  return marks.flatMap((mark) => toMark(mark, audience) ?? [])
}

/** Who a session is in marks and typing signals. */
export function readerOf(session: Session): ActorRef & StoredMark['reader'] {
  const actor = actorOf(session)
  return actor.kind === 'visitor' ? { kind: 'visitor', id: actor.identity } : { kind: 'agent', id: actor.id }
}
