// From a commit to packets. Each socket gets one `events` packet per commit with everything it watches; sockets that
// watch the same set share one encoding. Who does not watch but may see gets a hint; who may no longer see, `gone`.
// It runs inside the commit's tick, before the senders' acks, and touches neither the database nor a timer. What other
// nodes appended comes here too, a moment later and without senders (`catch-up.ts`).

import {
  canSee,
  toWireEvent,
  type Audience,
  type Command,
  type ConversationState,
  type EventsPacket,
  type LogEvent,
  type StreamState,
  type Visible,
  type WireEvent,
} from '@pendopo/protocol'
import type { Committed } from '../log/log.ts'
import type { Hints } from './hints.ts'
import type { PeopleDirectory } from './people.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import { actorOf, type Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import { noteWho, type Watch, type Watchers } from './watchers.ts'

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

/** What happened to one conversation. */
export interface Change {
  readonly workspace: string
  readonly id: string
  /** Who could see it until now; `null` nobody, it is new. */
  readonly before: Visible | null
  readonly after: ConversationState
  /** For those who watch; none where nobody does. */
  readonly events: readonly LogEvent[]
  readonly senders: readonly unknown[]
  /** Whether participants may see any of it. */
  readonly isPublic: boolean
}

export interface FanOut {
  committed(commits: readonly Committed[]): void
  changed(changes: readonly Change[]): void
  agentChanged(workspace: string, stream: Extract<StreamState, { kind: 'agent' }>): void
}

export function createFanOut({ watchers, sessions, people, roster, presences, hints, broadcast }: Needs): FanOut {
  function committed(commits: readonly Committed[]): void {
    const changes: Change[] = []
    for (const commit of commits) {
      const { stream, workspace } = commit
      if (stream.kind === 'agent') agentChanged(workspace, stream)
      else if (stream.state !== null) changes.push(toChange(commit, stream.id, stream.state))
    }
    deliver(changes)
  }

  const agentChanged: FanOut['agentChanged'] = (workspace, { id, state }) => {
    if (state === null) return
    roster.setPresence(id, state.presence)
    presences.agentsChanged(workspace, [id])
  }

  function deliver(changes: readonly Change[]): void {
    const due = new Map<Session, number[]>()
    for (const [index, change] of changes.entries()) {
      if (change.events.length > 0) {
        for (const watch of watchers.of(change.id)) {
          if (!reaches(watch, change)) continue
          const list = due.get(watch.session)
          if (list === undefined) due.set(watch.session, [index])
          else list.push(index)
        }
      }
      hintAgents(change)
      if (change.isPublic) hintVisitors(change)
    }
    for (const { members, indexes } of alike(due).values()) {
      const [first] = members
      if (first !== undefined)
        broadcast(members, indexes.map((index) => toEntry(changes[index], first.audience)).filter(isPresent))
    }
    for (const { workspace, events } of changes)
      for (const { kind, data } of events)
        // Who joined by mail has no connection that would tell their name.
        if (kind === 'identity.added') presences.identityChanged(workspace, String(data.identity))
  }

  /** Whether this socket is to be sent the change now. */
  function reaches(watch: Watch, change: Change): boolean {
    const { session } = watch
    // Sight that narrowed ends the watch in `hintAgents`.
    if (session.workspace !== change.workspace || !canSee(actorOf(session), change.after)) return false
    if (session.audience === 'participants' && !change.isPublic) return false
    if (isAllOwn(session, change)) return false
    noteWho(watch, change.after)
    if (watch.stage === 'live') return true
    watch.held.push(...change.events)
    return false
  }

  function toEntry(change: Change | undefined, audience: Audience): EventsPacket[number] | undefined {
    return change && toEventsEntry(people, change.id, change.events, audience)
  }

  function hintAgents({ workspace, id, after, before, senders }: Change): void {
    for (const session of sessions.agents) {
      if (session.workspace !== workspace) continue
      if (canSee(session.actor, after)) {
        if (!session.watching.has(id) && !isSender(session, senders)) hints.add(session, id, after.seq)
      } else if (hasProven(session.watching.get(id)) || (before !== null && canSee(session.actor, before))) {
        watchers.remove(id, session)
        session.wire.emit('gone', { conversation: id })
      }
    }
  }

  function hintVisitors({ id, after, senders }: Change): void {
    for (const identity of after.identities) {
      for (const session of sessions.ofIdentity(identity)) {
        if (!session.watching.has(id) && !isSender(session, senders)) hints.add(session, id, after.publicSeq)
      }
    }
  }

  return { committed, changed: deliver, agentChanged }
}

function toChange(commit: Committed, id: string, after: ConversationState): Change {
  const before = commit.before.kind === 'conversation' ? commit.before.state : null
  const { workspace, events, senders } = commit
  return { workspace, id, before, after, events, senders, isPublic: after.publicSeq !== (before?.publicSeq ?? 0) }
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

const hasProven = (watch: Watch | undefined): boolean => watch !== undefined && watch.stage !== 'proving'

const senderIs = (sender: unknown, session: Session): sender is Sender =>
  typeof sender === 'object' && sender !== null && 'session' in sender && sender.session === session

const isSender = (session: Session, senders: readonly unknown[]): boolean =>
  senders.some((sender) => senderIs(sender, session))

/**
 * Whether the ack tells this socket everything. Where somebody else's events are among them it gets them all, in order:
 * its own again is a repeat by number, a hole would be a gap.
 */
function isAllOwn(session: Session, { events, senders }: Change): boolean {
  const own = senders.filter((sender) => senderIs(sender, session))
  return (
    own.length > 0 &&
    events.every((event) => own.some((sender) => sender.commands.some(({ id }) => id === event.command)))
  )
}

/** New events of a conversation as an audience may have them, with the names of those whom they bring in. */
export function toEventsEntry(
  people: Pick<PeopleDirectory, 'ofEvents'>,
  conversation: string,
  events: readonly LogEvent[],
  audience: Audience,
): EventsPacket[number] {
  const named = people.ofEvents(events, audience)
  return { conversation, events: toWireEvents(events, audience), ...(named && { people: named }) }
}

/** The events an audience may have, in its numbering. */
export function toWireEvents(events: readonly LogEvent[], audience: Audience): WireEvent[] {
  const wire = events.map((event) => toWireEvent(event, audience))
  return wire.every(isPresent) ? wire : wire.filter(isPresent)
}

const isPresent = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined
