// Names for the ids that events carry, as an audience may know them: visitors learn the names of agents, the team
// everybody's.

import type { Audience, ConversationState, Item, LogEvent, People, WireEvent } from '@pendopo/protocol'
import { givenName } from '../auth/contact-name.ts'
import type { DirectoryStore } from '../store/store.ts'
import type { Attendance } from './attendance.ts'
import type { Roster } from './roster.ts'
import type { Sessions } from './sessions.ts'

export interface PeopleDirectory {
  /** Everybody a thread shows. */
  ofThread(
    workspace: string,
    state: ConversationState,
    entries: readonly (Item | WireEvent)[],
    audience: Audience,
  ): Promise<People>
  /** Those whom new events bring in, from memory; undefined where they bring nobody. */
  ofEvents(events: readonly LogEvent[], audience: Audience): People | undefined
}

interface Needs {
  readonly directory: Pick<DirectoryStore, 'peopleByIdentity'>
  readonly roster: Roster
  readonly sessions: Sessions
  readonly attendance: Pick<Attendance, 'hasVisitor'>
}

export function createPeople({ directory, roster, sessions, attendance }: Needs): PeopleDirectory {
  const addAgent = (people: People, id: unknown) => {
    const person = typeof id === 'string' ? roster.person(id) : undefined
    if (typeof id === 'string' && person !== undefined) people[id] = person
  }

  return {
    ofThread: async (workspace, state, entries, audience) => {
      const people: People = {}
      for (const id of [state.assignee, ...state.participants]) addAgent(people, id)
      const identities = new Set(state.identities)
      for (const { actor, data } of entries) {
        if (actor.kind === 'agent') addAgent(people, actor.id)
        if (actor.kind === 'visitor') identities.add(actor.id)
        addAgent(people, data.agent)
      }
      if (audience === 'participants') return people
      for (const [id, person] of await directory.peopleByIdentity(workspace, [...identities])) {
        people[id] = { kind: 'visitor', name: givenName(person), online: attendance.hasVisitor(id) }
      }
      return people
    },
    ofEvents: (events, audience) => {
      // The hot path: a message brings nobody in, the events before it do.
      if (events.every((event) => event.kind === 'message.posted' || event.kind === 'page.changed')) return undefined
      const people: People = {}
      for (const { actor, data } of events) {
        if (actor.kind === 'agent') addAgent(people, actor.id)
        addAgent(people, data.agent)
        if (audience === 'team' && typeof data.identity === 'string') addVisitor(people, data.identity)
      }
      return Object.keys(people).length === 0 ? undefined : people
    },
  }

  function addVisitor(people: People, identity: string): void {
    const [session] = sessions.ofIdentity(identity)
    if (session === undefined) return
    const { actor, name } = session.visitor
    people[identity] = { kind: 'visitor', name: givenName({ contact: actor.contact, name }), online: true }
  }
}
