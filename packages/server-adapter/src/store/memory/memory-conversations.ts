import { canSee, type AgentActor, type ConversationState } from '@pendopo/protocol'
import type { ConversationStore, ListQuery, MarkStore, StoredMark } from '../store.ts'
import { countMessages } from './memory-log.ts'
import { keyOf, type MemoryStream, type MemoryTables } from './memory-tables.ts'

interface Row {
  readonly stream: MemoryStream
  readonly state: ConversationState
}

const newestFirst = ({ state: one }: Row, { state: other }: Row): number =>
  other.movedAt - one.movedAt || (one.id < other.id ? 1 : -1)

/** Lists by looking at everything: for tests, and to say in few lines what the SQL must do. */
export function createMemoryConversations({ streams, contacts }: MemoryTables): ConversationStore {
  const all = (workspace: string): Row[] =>
    [...streams]
      .filter(([key]) => key.startsWith(`${workspace}/`))
      .flatMap(([, stream]) =>
        stream.state.kind === 'conversation' && stream.state.state !== null
          ? [{ stream, state: stream.state.state }]
          : [],
      )
      .sort(newestFirst)

  const inList = (workspace: string, agent: AgentActor, { list, status }: Pick<ListQuery, 'list' | 'status'>) =>
    all(workspace).filter(
      ({ state }) =>
        canSee(agent, state) &&
        (status === 'all' || state.status === status) &&
        (list === 'all' || state.assignee === (list === 'mine' ? agent.id : null)),
    )

  const unread = ({ stream, state }: Row, readers: readonly string[], fromContact: boolean): number => {
    const seq = Math.max(0, ...readers.map((reader) => stream.marks.get(reader)?.seq ?? 0))
    return (fromContact ? state.incoming : state.outgoing) - countMessages(stream, fromContact, seq)
  }

  return {
    async list(workspace, agent, query) {
      const { after, ids, limit } = query
      const rows = inList(workspace, agent, query).filter(
        ({ state }) =>
          (ids === undefined || ids.includes(state.id)) &&
          (after === undefined ||
            state.movedAt < after.movedAt ||
            (state.movedAt === after.movedAt && state.id < after.id)),
      )
      return {
        rows: rows.slice(0, limit).map((row) => ({
          state: row.state,
          preview: toPreview(row),
          contact: contacts.get(keyOf(workspace, row.state.contact)) ?? {
            id: row.state.contact,
            name: '',
            email: null,
          },
          unread: unread(row, [`agent/${agent.id}`], true),
        })),
        more: rows.length > limit,
      }
    },
    async counts(workspace, agent, cap) {
      const count = (list: ListQuery['list']) =>
        Math.min(cap, inList(workspace, agent, { list, status: 'open' }).length)
      return { mine: count('mine'), unassigned: count('unassigned'), all: count('all') }
    },
    async ofIdentities(workspace, channel, identities) {
      const readers = identities.map((identity) => `visitor/${identity}`)
      return all(workspace)
        .filter(({ state }) => state.channel === channel && state.identities.some((id) => identities.includes(id)))
        .map((row) => ({ state: row.state, unread: unread(row, readers, false) }))
    },
  }
}

export function createMemoryMarks({ streams }: MemoryTables): MarkStore {
  const marksOf = (workspace: string, conversation: string): StoredMark[] => [
    ...(streams.get(keyOf(workspace, conversation))?.marks.values() ?? []),
  ]
  return {
    async advance(workspace, conversation, reader, audience, upTo) {
      const stream = streams.get(keyOf(workspace, conversation))
      if (stream?.state.kind !== 'conversation' || stream.state.state === null) return null
      const { seq: head, publicSeq: publicHead } = stream.state.state
      const key = `${reader.kind}/${reader.id}`
      const before = stream.marks.get(key)
      const isTeam = audience === 'team'
      const n = Math.min(upTo, isTeam ? head : publicHead)
      if (n <= ((isTeam ? before?.seq : before?.publicSeq) ?? 0)) return null
      const events = stream.events.map(({ event }) => event)
      const mark: StoredMark = isTeam
        ? {
            reader,
            seq: n,
            publicSeq: events.findLast(({ seq, publicSeq }) => seq <= n && publicSeq !== null)?.publicSeq ?? 0,
          }
        : { reader, seq: events.find(({ publicSeq }) => publicSeq === n)?.seq ?? n, publicSeq: n }
      stream.marks.set(key, mark)
      return mark
    },
    async of(workspace, conversation) {
      return marksOf(workspace, conversation)
    },
    ofMany: async (workspace, conversations) => new Map(conversations.map((id) => [id, marksOf(workspace, id)])),
  }
}

function toPreview({ stream, state }: Row): string {
  const last = stream.events.find(({ event }) => event.seq === state.lastMessage?.seq)?.content
  return last?.text ?? last?.attachments?.map(({ name }) => name).join(', ') ?? ''
}
