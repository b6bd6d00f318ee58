// What the server asks of a database. Data in, data out: no callbacks into the database's transaction, so that the
// same interface serves SQLite on the main thread, SQLite in a worker, and Postgres. `testing/store-contract.ts` is what
// every implementation must pass.

import type {
  AgentState,
  Audience,
  AgentActor,
  ConversationState,
  Item,
  KnownCommand,
  LogEvent,
  Role,
  Sight,
  StreamRef,
  StreamState,
} from '@pendopo/protocol'

export interface Store {
  readonly log: LogStore
  readonly conversations: ConversationStore
  readonly marks: MarkStore
  readonly directory: DirectoryStore
  readonly sessions: SessionStore
  readonly jobs: JobStore
  /** Rejects where the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

// ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a group of batches needs to be decided: one query each, whatever the size of the group. */
export interface Loaded {
  /** By stream id; a conversation that does not exist has state `null`. */
  readonly streams: ReadonlyMap<string, StreamState>
  /** By command id: those of the asked ids that were stored before. */
  readonly known: ReadonlyMap<string, KnownCommand>
}

/** Events for one stream, to be appended right after `expectedSeq`. */
export interface Append {
  readonly expectedSeq: number
  /** The stream after these events: its projection. */
  readonly stream: StreamState
  readonly events: readonly LogEvent[]
  readonly known: readonly KnownCommand[]
}

/**
 * `appended` · `conflict` somebody else appended first, or one of the command ids was stored meanwhile: load and decide
 * again. A conflict of one stream leaves the others untouched.
 */
export type AppendOutcome = 'appended' | 'conflict'

export interface LogStore {
  load(workspace: string, streams: readonly StreamRef[], commandIds: readonly string[]): Promise<Loaded>
  /**
   * The same streams as they were when last seen: cheap, and perhaps no longer true. For what `append` then proves, since
   * it takes nothing that was decided on an older state.
   */
  recall(workspace: string, streams: readonly StreamRef[]): Promise<ReadonlyMap<string, StreamState>>
  /** Conversations of these identities on this channel that are open, newest first: for get-or-create. */
  openConversations(workspace: string, lookups: readonly OpenLookup[]): Promise<readonly (string | null)[]>
  /**
   * Appends a group in one transaction: events, content rows, projections, jobs. Resolves after the commit is on disk;
   * rejects with a StoreError, having stored nothing, where the database cannot take it.
   */
  append(workspace: string, group: readonly Append[]): Promise<readonly AppendOutcome[]>
  /** Events after `after` in the audience's numbering, oldest first. */
  events(
    workspace: string,
    stream: StreamRef,
    audience: Audience,
    after: number,
    limit: number,
  ): Promise<readonly LogEvent[]>
  /** The newest items before number `before` (`null`: the newest of all), oldest first, as they are now. */
  items(
    workspace: string,
    conversation: string,
    audience: Audience,
    before: number | null,
    limit: number,
  ): Promise<{ readonly items: readonly Item[]; readonly hasOlder: boolean }>
}

export interface OpenLookup {
  readonly channel: string
  readonly identities: readonly string[]
}

// ── lists and marks ──────────────────────────────────────────────────────────────────────────────────────────────

export interface ListQuery {
  readonly list: 'mine' | 'unassigned' | 'all'
  readonly status: 'open' | 'closed' | 'all'
  readonly after?: { readonly movedAt: number; readonly id: string }
  readonly limit: number
  /** Only these conversations. */
  readonly ids?: readonly string[]
}

/** A conversation as a list shows it; who is online is the gateway's to add. */
export interface ListedConversation {
  readonly state: ConversationState
  /** Text of the last message; empty where it was erased or has none. */
  readonly preview: string
  readonly contact: { readonly id: string; readonly name: string; readonly email: string | null }
  /** Messages from the contact after this agent's read mark. */
  readonly unread: number
}

export interface ConversationStore {
  /** Only what `canSee` allows: the same rule in SQL. */
  list(
    workspace: string,
    agent: AgentActor,
    query: ListQuery,
  ): Promise<{ readonly rows: readonly ListedConversation[]; readonly more: boolean }>
  counts(
    workspace: string,
    agent: AgentActor,
    cap: number,
  ): Promise<{ readonly mine: number; readonly unassigned: number; readonly all: number }>
  /** A visitor's conversations on a channel with unread counts, most recently moved first. */
  ofIdentities(
    workspace: string,
    channel: string,
    identities: readonly string[],
  ): Promise<readonly { readonly state: ConversationState; readonly unread: number }[]>
}

/** A read mark in both numberings. */
export interface StoredMark {
  readonly reader: { readonly kind: 'visitor' | 'agent'; readonly id: string }
  readonly seq: number
  readonly publicSeq: number
}

export interface MarkStore {
  /** Advances a mark, given in the reader's numbering. Resolves with the mark as it stands now, or `null` where it did not move. */
  advance(
    workspace: string,
    conversation: string,
    reader: StoredMark['reader'],
    audience: Audience,
    upTo: number,
  ): Promise<StoredMark | null>
  of(workspace: string, conversation: string): Promise<readonly StoredMark[]>
}

// ── people and places ────────────────────────────────────────────────────────────────────────────────────────────

export interface Site {
  readonly id: string
  readonly workspace: string
  readonly name: string
  /** Exact origins, such as `https://acme.example`. */
  readonly origins: readonly string[]
  /** For clients without an Origin. */
  readonly key: string
  /** Signs visitors' identity tokens (HS256). */
  readonly secret: string
  /** What the loader carries: colours, texts. */
  readonly config: Readonly<Record<string, unknown>>
  readonly createdAt: number
}

export interface Agent {
  readonly id: string
  readonly workspace: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly sight: Sight
  readonly teams: readonly string[]
  readonly passwordHash: string
  readonly active: boolean
  readonly createdAt: number
}

/** One way to reach a person, and the person. */
export interface Identity {
  readonly id: string
  readonly contact: string
  readonly contactName: string
}

export interface DirectoryStore {
  /** The workspace of a fresh installation; created when there is none. */
  defaultWorkspace(): Promise<string>
  sites(): Promise<readonly Site[]>
  site(id: string): Promise<Site | null>
  /** Rejects with StoreError `taken` where the id is in use. */
  addSite(site: Site): Promise<void>
  updateSite(id: string, change: Partial<Pick<Site, 'name' | 'origins' | 'config'>>): Promise<void>
  agents(workspace: string): Promise<readonly Agent[]>
  agent(id: string): Promise<Agent | null>
  agentByEmail(email: string): Promise<Agent | null>
  /** Rejects with StoreError `taken` where the e-mail address is in use. */
  addAgent(agent: Agent): Promise<void>
  updateAgent(
    id: string,
    change: Partial<Pick<Agent, 'name' | 'role' | 'sight' | 'teams' | 'passwordHash' | 'active'>>,
  ): Promise<void>
  agentStates(workspace: string): Promise<ReadonlyMap<string, AgentState>>
  /** Finds without creating: a visitor who never writes leaves no row. `key` is unique per channel and kind. */
  findIdentity(
    workspace: string,
    channel: string,
    kind: 'browser' | 'user',
    key: string,
    now: number,
  ): Promise<Identity | null>
  /** Finds or creates identity and contact; the given ids and name are used only where it creates. */
  ensureIdentity(identity: {
    readonly workspace: string
    readonly channel: string
    /** `browser`: `key` is the hash of an anonymous token. `user`: the subject of a signed token. */
    readonly kind: 'browser' | 'user'
    readonly key: string
    readonly id: string
    readonly contact: string
    readonly name: string
    readonly email: string | null
    readonly now: number
  }): Promise<Identity>
  /** Names and e-mail addresses of contacts, by identity id: for people of a thread. */
  peopleByIdentity(
    workspace: string,
    identities: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly contact: string; readonly name: string }>>
}

/** An agent's session. Only the hash of its token is stored. */
export interface Session {
  readonly tokenHash: string
  readonly agent: string
  readonly createdAt: number
  readonly usedAt: number
}

export interface SessionStore {
  add(session: Session): Promise<void>
  find(tokenHash: string): Promise<Session | null>
  touch(tokenHash: string, usedAt: number): Promise<void>
  remove(tokenHash: string): Promise<void>
  removeOf(agent: string): Promise<void>
  removeBefore(createdAt: number, usedAt: number): Promise<void>
}

// ── readers ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** At most one row per (reader, stream). */
export interface Job {
  readonly reader: string
  readonly workspace: string
  readonly stream: StreamRef
  /** The reader has handled events up to here. */
  readonly cursor: number
  /** By the database's clock. */
  readonly dueAt: number
  readonly failures: number
  /** Proof of the claim; a finish with another lease has no effect. */
  readonly lease: string
}

export interface JobStore {
  /**
   * Jobs are armed inside `append`: an event that wakes readers upserts a row for each registered reader, due at once
   * unless the reader says otherwise. Claims up to `limit` due jobs for `leaseMs`.
   */
  claim(reader: string, limit: number, leaseMs: number): Promise<readonly Job[]>
  /** Ends a claim: the cursor advances, and the job sleeps until `dueAt`, or until the next event where that is `null`. */
  finish(job: Job, outcome: { readonly cursor: number; readonly dueAt: number | null }): Promise<boolean>
  /** Ends a claim after a failure; with `parked` it waits for people. */
  fail(
    job: Job,
    outcome: { readonly dueAt: number; readonly error: string; readonly parked: boolean },
  ): Promise<boolean>
  parked(workspace: string): Promise<readonly (Job & { readonly error: string })[]>
  /** When the next job of this reader is due, or `null`. */
  nextDue(reader: string): Promise<number | null>
}
