import type { ActorRef, Audience, Mark } from '@pendopo/protocol'
import type { StoredMark } from '../store/store.ts'
import { actorOf, type Session } from './session.ts'

/** The mark in an audience's numbering. */
export const toMark = ({ reader, seq, publicSeq }: StoredMark, audience: Audience): Mark => ({
  reader,
  read: audience === 'team' ? seq : publicSeq,
})

/** The team sees everybody's marks; a visitor how far the team has read, and their own, also from another device. */
export function mayKnow(session: Session, { reader }: StoredMark): boolean {
  return session.kind === 'agent' || reader.kind === 'agent' || session.visitor.actor.identities.includes(reader.id)
}

export function toMarks(marks: readonly StoredMark[], session: Session): Mark[] {
  return marks.filter((mark) => mayKnow(session, mark)).map((mark) => toMark(mark, session.audience))
}

/** Who a session is in marks and typing signals. */
export function readerOf(session: Session): ActorRef & StoredMark['reader'] {
  const actor = actorOf(session)
  return actor.kind === 'visitor' ? { kind: 'visitor', id: actor.identity } : { kind: 'agent', id: actor.id }
}
