import { applyConversation, type ConversationState, type EventsPacket, type LogEvent } from '@pendopo/protocol'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { Committed } from '../log/log.ts'
import type { Agent } from '../store/store.ts'
import { createAttendance } from './attendance.ts'
import { createFanOut } from './fan-out.ts'
import { createHints } from './hints.ts'
import { createPeople } from './people.ts'
import { createPresences } from './presence.ts'
import { createRoster } from './roster.ts'
import { toAgentActor, type AgentSession, type Session } from './session.ts'
import { createSessions } from './sessions.ts'
import { TokenBucket } from './token-bucket.ts'
import { createWatchers } from './watchers.ts'

const CONVERSATION = '0190b8a4-0000-7000-8000-00000000000c'

function event(seq: number, over: Partial<LogEvent> = {}): LogEvent {
  return {
    seq,
    publicSeq: seq,
    kind: 'message.posted',
    command: `0190b8a4-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    actor: { kind: 'visitor', id: 'identity' },
    at: seq,
    data: {},
    content: { text: `message ${seq}` },
    ...over,
  }
}

const opened = applyConversation(null, {
  ...event(1, {
    kind: 'conversation.opened',
    data: { channel: 'acme', contact: 'contact', identity: 'identity', team: 'sales' },
  }),
  command: CONVERSATION,
})

const stream = (state: ConversationState) => ({ kind: 'conversation', id: state.id, state }) as const

/** What one commit did: these events after that state. */
function commit(before: ConversationState, events: readonly LogEvent[], over: Partial<Committed> = {}): Committed {
  const after = events.reduce<ConversationState>((state, event) => applyConversation(state, event), before)
  return { workspace: 'w', before: stream(before), stream: stream(after), events, senders: [], ...over }
}

function setUp() {
  const sessions = createSessions()
  const watchers = createWatchers()
  const now = () => 1_000
  const directory = {
    agents: async () => [],
    agentStates: async () => new Map(),
    peopleByIdentity: async () => new Map(),
  }
  const attendance = createAttendance({ sessions, cluster: { state: 'alone', signal: () => {} }, now })
  const roster = createRoster(directory, attendance)
  const sent: { readonly to: readonly string[]; readonly packet: EventsPacket }[] = []
  const { committed: fanOut } = createFanOut({
    watchers,
    sessions,
    roster,
    people: createPeople({ directory, roster, sessions, attendance }),
    presences: createPresences({
      ...{ directory, roster, sessions, attendance, watchers, now, logger: pino({ level: 'silent' }) },
      broadcast: () => {},
    }),
    hints: createHints(now),
    broadcast: (to, packet) => void sent.push({ to: to.map(({ wire }) => wire.id), packet }),
  })

  function agent(id: string, over: Partial<Agent> = {}): AgentSession & { readonly packets: unknown[] } {
    const profile: Agent = {
      ...{ id, workspace: 'w', email: `${id}@acme.example`, name: id, role: 'agent', sight: 'all', teams: [] },
      ...{ passwordHash: '', active: true, createdAt: 0 },
      ...over,
    }
    const packets: unknown[] = []
    const bucket = new TokenBucket({ burst: 1, perSecond: 1 }, 0)
    const session: AgentSession & { readonly packets: unknown[] } = {
      ...{ kind: 'agent', audience: 'team', workspace: 'w', address: '', tokenHash: '', isUsed: false },
      ...{ agent: profile, actor: toAgentActor(profile), requests: bucket, posts: () => bucket, packets },
      watching: new Map(),
      hints: new Map(),
      wire: { id, emit: (name, packet) => void packets.push([name, packet]), send: () => {}, disconnect: () => {} },
    }
    sessions.add(session)
    return session
  }

  function watch(session: Session) {
    const entry = watchers.add(CONVERSATION, session)
    entry.stage = 'live'
    return entry
  }
  return { fanOut, sent, agent, watch, watchers }
}

describe('fan-out', () => {
  it('[CN32] sockets that watch the same are sent one packet, encoded once', () => {
    const { fanOut, sent, agent, watch } = setUp()
    for (const id of ['a', 'b']) watch(agent(id))
    fanOut([commit(opened, [event(2), event(3)])])
    expect(sent).toMatchObject([
      { to: ['a', 'b'], packet: [{ conversation: CONVERSATION, events: [{ n: 2 }, { n: 3 }] }] },
    ])
  })

  it('[CN20] the sender is not told what its ack tells, and everything where others wrote into the same commit', () => {
    const { fanOut, sent, agent, watch } = setUp()
    const session = agent('a')
    watch(session)
    const own = { session, commands: [{ id: event(2).command, kind: 'message.post', data: {} }] }
    fanOut([commit(opened, [event(2)], { senders: [own] })])
    expect(sent).toEqual([])
    fanOut([commit(opened, [event(2), event(3)], { senders: [own, { session: undefined }] })])
    expect(sent[0]?.packet[0]?.events.map(({ n }) => n)).toEqual([2, 3])
  })

  it('[CN33] what is committed while sync reads waits for its answer', () => {
    const { fanOut, sent, agent, watchers } = setUp()
    const watch = watchers.add(CONVERSATION, agent('a'))
    fanOut([commit(opened, [event(2)])])
    expect(sent).toEqual([])
    expect(watch.held?.map(({ seq }) => seq)).toEqual([2])
  })

  it('[CN34] sight that narrows ends with gone, and nothing follows it', () => {
    const { fanOut, sent, agent, watch } = setUp()
    const teammate = agent('a', { sight: 'teams', teams: ['sales'] })
    watch(teammate)
    const before = opened
    const after: ConversationState = { ...opened, team: 'support', seq: 2 }
    fanOut([{ ...commit(before, [event(2)]), stream: stream(after) }])
    expect(teammate.packets).toEqual([['gone', { conversation: CONVERSATION }]])
    fanOut([commit(after, [event(3)])])
    expect(sent).toEqual([])
    expect(teammate.packets).toHaveLength(1)
    expect(teammate.hints.size).toBe(0)
  })

  it('[CN23] who may see and does not watch gets a hint, who may not see gets nothing', () => {
    const { fanOut, agent } = setUp()
    const seeing = agent('a')
    const blind = agent('b', { sight: 'own' })
    fanOut([commit(opened, [event(2)])])
    expect([...seeing.hints]).toEqual([[CONVERSATION, 2]])
    expect(blind.hints.size).toBe(0)
  })
})
