// Lists and counts. Every page is a range of an index of buckets in list order, each of them sorted when it is come to; a
// list over several states reads one such range for each and merges them, which is cheaper than sorting everything.

import type { AgentActor, Content } from '@pendopo/protocol'
import { sql } from 'kysely'
import type { ConversationStore, ListedConversation, ListQuery } from '../store.ts'
import { visibleTo } from './can-see-sql.ts'
import { toBucket } from './columns.ts'
import type { Connection } from './connection.ts'
import { toActorCode, toIdText, toLookupBytes } from './ids.ts'
import type { ListSlot, Slot } from './slots.ts'
import { STATE_COLUMNS, toConversationState } from './states.ts'
import type { Work } from './work.ts'

type ConversationPage = Awaited<ReturnType<ConversationStore['list']>>

export function createConversationStore({ db, queries, workspaceKey, read }: Connection): ConversationStore {
  /** The conversations of a list in one state, newest first, that the agent may see. */
  function inList(workspace: number, agent: AgentActor, list: ListQuery['list'], status: 'open' | 'closed') {
    const query = db
      .selectFrom('stream')
      .where('stream.workspace', '=', workspace)
      // Written out: an index of one status alone serves no query that names it only when it runs.
      .where('stream.status', '=', sql.lit(status))
      .where((row) => visibleTo(agent, row))
    if (list === 'mine') return query.where('stream.assignee', '=', toLookupBytes(agent.id))
    return list === 'unassigned' ? query.where('stream.assignee', 'is', null) : query
  }

  const findContacts = queries.listIn((ids: ListSlot<string>, workspace: Slot<number>) =>
    db.selectFrom('contact').select(['id', 'name', 'email']).where('id', 'in', ids).where('workspace', '=', workspace),
  )

  function* readStatus(workspace: number, agent: AgentActor, status: 'open' | 'closed', query: ListQuery) {
    const { after, ids, limit } = query
    let rows = inList(workspace, agent, query.list, status)
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .leftJoin('content', 'content.event', 'stream.last_message')
      .leftJoin('mark', (join) =>
        join
          .onRef('mark.stream', '=', 'stream.key')
          .on('mark.reader_kind', '=', toActorCode('agent'))
          .on('mark.reader', '=', toLookupBytes(agent.id)),
      )
      .select([...STATE_COLUMNS, 'content.body_json', 'mark.counted'])
    // One and the same for every row: it says to Postgres that the index has the order, which it does not see of a null.
    if (status === 'closed' && query.list === 'unassigned') rows = rows.orderBy('stream.assignee', 'desc')
    rows = rows
      .orderBy('stream.moved_bucket', 'desc')
      .orderBy('stream.moved_at', 'desc')
      .orderBy('stream.id', 'desc')
      .limit(limit + 1)
    if (after !== undefined)
      rows = rows
        .where('stream.moved_bucket', '<=', toBucket(after.movedAt))
        .where((row) =>
          row(row.refTuple('stream.moved_at', 'stream.id'), '<', row.tuple(after.movedAt, toLookupBytes(after.id))),
        )
    if (ids !== undefined) rows = rows.where('stream.id', 'in', ids.map(toLookupBytes))
    return (yield* queries.all(rows)).map((row) => ({ ...row, state: toConversationState(row) }))
  }

  function* readList(workspace: number, agent: AgentActor, query: ListQuery): Work<ConversationPage> {
    if (query.ids?.length === 0) return { rows: [], more: false }
    const statuses = query.status === 'all' ? (['open', 'closed'] as const) : ([query.status] as const)
    const found = []
    for (const status of statuses) found.push(...(yield* readStatus(workspace, agent, status, query)))
    if (statuses.length > 1)
      found.sort(({ state: one }, { state: other }) => other.movedAt - one.movedAt || (one.id < other.id ? 1 : -1))
    const page = found.slice(0, query.limit)
    const contactIds = page.map(({ state }) => state.contact)
    const contacts = new Map((yield* findContacts(contactIds, workspace)).map((contact) => [contact.id, contact]))
    const rows = page.map(({ state, body_json: body, counted }): ListedConversation => ({
      state,
      preview: body === null ? '' : toPreview(body),
      contact: contacts.get(state.contact) ?? { id: state.contact, name: '', email: null },
      unread: state.incoming - (counted ?? 0),
    }))
    return { rows, more: found.length > query.limit }
  }

  function* count(workspace: number, agent: AgentActor, list: ListQuery['list'], cap: number): Work<number> {
    const capped = inList(workspace, agent, list, 'open').select('stream.key').limit(cap)
    const rows = yield* queries.all(
      db.selectFrom(capped.as('capped')).select((row) => row.fn.countAll<number>().as('count')),
    )
    return rows[0]?.count ?? 0
  }

  const findOfIdentities = queries.listIn((identities: ListSlot<Buffer>, workspace: Slot<number>) =>
    db
      .selectFrom('stream')
      .innerJoin('stream_state', 'stream_state.stream', 'stream.key')
      .select(['stream.key', ...STATE_COLUMNS])
      .where('stream.key', 'in', (sub) =>
        sub.selectFrom('stream_identity').select('stream').where('identity', 'in', identities),
      )
      .where('stream.workspace', '=', workspace),
  )
  const findMarks = queries.listIn((streams: ListSlot<number>, kind: Slot<number>) =>
    db
      .selectFrom('mark')
      .select(['stream', 'reader', 'counted'])
      .where('stream', 'in', streams)
      .where('reader_kind', '=', kind),
  )

  function* readOfIdentities(workspace: number, channel: string, identities: readonly string[]) {
    const found = (yield* findOfIdentities(identities.map(toLookupBytes), workspace))
      .map((row) => ({ key: row.key, state: toConversationState(row) }))
      .filter(({ state }) => state.channel === channel)
    const counted = new Map<number, number>()
    const marks = yield* findMarks(
      found.map(({ key }) => key),
      toActorCode('visitor'),
    )
    // Whichever of their identities read it, they have read it.
    for (const mark of marks)
      if (identities.includes(toIdText(mark.reader)))
        counted.set(mark.stream, Math.max(mark.counted, counted.get(mark.stream) ?? 0))
    return found
      .map(({ key, state }) => ({ state, unread: state.outgoing - (counted.get(key) ?? 0) }))
      .sort(({ state: one }, { state: other }) => other.movedAt - one.movedAt || (one.id < other.id ? 1 : -1))
  }

  return {
    list: (workspace, agent, query) =>
      read('read a list', function* () {
        return yield* readList(yield* workspaceKey(workspace), agent, query)
      }),
    counts: (workspace, agent, cap) =>
      read('count conversations', function* () {
        const key = yield* workspaceKey(workspace)
        return {
          mine: yield* count(key, agent, 'mine', cap),
          unassigned: yield* count(key, agent, 'unassigned', cap),
          all: yield* count(key, agent, 'all', cap),
        }
      }),
    ofIdentities: (workspace, channel, identities) =>
      read('read conversations', function* () {
        return yield* readOfIdentities(yield* workspaceKey(workspace), channel, identities)
      }),
  }
}

const toPreview = (json: string): string => {
  const { text, attachments = [] }: Content = JSON.parse(json)
  return text ?? attachments.map(({ name }) => name).join(', ')
}
