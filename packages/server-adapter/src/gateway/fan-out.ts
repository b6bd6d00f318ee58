// From a commit to packets. Each socket gets one `events` packet per commit with everything it watches; sockets that
// watch the same set share one encoding. Who does not watch but may see gets a hint; who may no longer see, `gone`.
// It runs inside the commit's tick, before the senders' acks, and touches neither the database nor a timer.

import {
  canSee,
  toWireEvent,
  type Audience,
  type Command,
  type ConversationState,
  type EventsPacket,
  type LogEvent,
  type WireEvent,
} from '@pendopo/protocol'
import type { Committed } from '../log/log.ts'
import type { Hints } from './hints.ts'
import type { PeopleDirectory } from './people.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import { actorOf, type Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Watch, Watchers } from './watchers.ts'

/** Handed to the log with a batch and back with its commit: this socket's ack carries these commands' events. */
export interface Sender {
  readonly session: Session
  readonly commands: readonly Command[]
}

interface Needs {
  readonly watchers: Watchers
  readonly sessions: Sessions
  readonly people: PeopleDirectory
  readonly roster: Roster
  readonly presences: Presences
  readonly hints: Hints
  /** Sends one packet to many sockets of one audience, encoded once. */
  broadcast(sessions: readonly Session[], packet: EventsPacket): void
}

/** One conversation's part of a commit. */
interface Change {
  readonly commit: Committed
  readonly id: string
  readonly before: ConversationState | null
  readonly after: ConversationState
  readonly isPublic: boolean
}

export type FanOut = (commits: readonly Committed[]) => void

export function createFanOut({ watchers, sessions, people, roster, presences, hints, broadcast }: Needs): FanOut {
  return (commits) => {
    const changes: Change[] = []
    for (const commit of commits) {
      const { stream } = commit
      if (stream.kind === 'conversation') {
        if (stream.state !== null) changes.push(toChange(commit, stream.id, stream.state))
      } else if (stream.state !== null) {
        roster.setPresence(stream.id, stream.state.presence)
        presences.agentChanged(commit.workspace)
      }
    }
    deliver(changes)
  }

  function deliver(changes: readonly Change[]): void {
    const due = new Map<Session, number[]>()
    for (const [index, change] of changes.entries()) {
      for (const watch of watchers.of(change.id)) {
        if (!reaches(watch, change)) continue
        const list = due.get(watch.session)
        if (list === undefined) due.set(watch.session, [index])
        else list.push(index)
      }
      hintAgents(change)
      if (change.isPublic) hintVisitors(change)
    }
    for (const { members, indexes } of alike(due).values()) {
      const [first] = members
      if (first !== undefined)
        broadcast(members, indexes.map((index) => toEntry(changes[index], first.audience)).filter(isPresent))
    }
  }

  /** Whether this socket is to be sent the change now. */
  function reaches(watch: Watch, change: Change): boolean {
    const { session } = watch
    // Sight that narrowed ends the watch in `hintAgents`.
    if (!canSee(actorOf(session), change.after)) return false
    if (session.audience === 'participants' && !change.isPublic) return false
    if (isAllOwn(session, change)) return false
    if (change.after.identities.length !== watch.identities.length) watch.identities = change.after.identities
    if (watch.stage === 'live') return true
    watch.held.push(...change.commit.events)
    return false
  }

  function toEntry(change: Change | undefined, audience: Audience): EventsPacket[number] | undefined {
    if (change === undefined) return undefined
    const named = people.ofEvents(change.commit.events, audience)
    return {
      conversation: change.id,
      events: toWireEvents(change.commit.events, audience),
      ...(named && { people: named }),
    }
  }

  function hintAgents({ id, after, before, commit }: Change): void {
    for (const session of sessions.agents) {
      if (session.workspace !== commit.workspace) continue
      if (canSee(session.actor, after)) {
        if (!session.watching.has(id) && !isSender(session, commit)) hints.add(session, id, after.seq)
      } else if (before !== null && canSee(session.actor, before)) {
        watchers.remove(id, session)
        session.wire.emit('gone', { conversation: id })
      }
    }
  }

  function hintVisitors({ id, after, commit }: Change): void {
    for (const identity of after.identities) {
      for (const session of sessions.ofIdentity(identity)) {
        if (!session.watching.has(id) && !isSender(session, commit)) hints.add(session, id, after.publicSeq)
      }
    }
  }
}

function toChange(commit: Committed, id: string, after: ConversationState): Change {
  const before = commit.before.kind === 'conversation' ? commit.before.state : null
  return { commit, id, before, after, isPublic: after.publicSeq !== (before?.publicSeq ?? 0) }
}

/** Sockets that are due the same packet: of one audience, watching the same part of the commit. */
function alike(due: ReadonlyMap<Session, readonly number[]>) {
  const groups = new Map<string, { readonly indexes: readonly number[]; readonly members: Session[] }>()
  for (const [session, indexes] of due) {
    const key = `${session.audience}:${indexes.join()}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { indexes, members: [session] })
    else group.members.push(session)
  }
  return groups
}

const senderIs = (sender: unknown, session: Session): sender is Sender =>
  typeof sender === 'object' && sender !== null && 'session' in sender && sender.session === session

const isSender = (session: Session, { senders }: Committed): boolean =>
  senders.some((sender) => senderIs(sender, session))

/**
 * Whether the ack tells this socket everything. Where somebody else's events are among them it gets them all, in order:
 * its own again is a repeat by number, a hole would be a gap.
 */
function isAllOwn(session: Session, { commit }: Change): boolean {
  const own = commit.senders.filter((sender) => senderIs(sender, session))
  return (
    own.length > 0 &&
    commit.events.every((event) => own.some((sender) => sender.commands.some(({ id }) => id === event.command)))
  )
}

/** The events an audience may have, in its numbering. */
export function toWireEvents(events: readonly LogEvent[], audience: Audience): WireEvent[] {
  return events.map((event) => toWireEvent(event, audience)).filter(isPresent)
}

const isPresent = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined
