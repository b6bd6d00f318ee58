// What the server asks of a database. Data in, data out: no callbacks into the database's transaction, so that the
// same interface serves SQLite on the main thread, SQLite in a worker, and Postgres. `testing/store-contract.ts` is what
// every implementation must pass.

import type {
  ActorRef,
  AgentState,
  Attachment,
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
import type { CellStore } from './cells.ts'
import type { JobStore } from './jobs.ts'
import type { PrivacyStore } from './privacy.ts'

export interface Store {
  readonly log: LogStore
  readonly conversations: ConversationStore
  readonly marks: MarkStore
  readonly directory: DirectoryStore
  readonly sessions: SessionStore
  readonly twoStep: TwoStepStore
  readonly jobs: JobStore
  readonly files: FileStore
  readonly cells: CellStore
  readonly privacy: PrivacyStore
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
  /**
   * For a conversation that begins because none was open: a conflict where one of these people has another open one by
   * now, on another node perhaps.
   */
  readonly unlessOpen?: OpenLookup
}

/**
 * `appended` · `conflict` somebody else appended first, or one of the command ids was stored meanwhile: load and decide
 * again. A conflict of one stream leaves the others untouched.
 */
export type AppendOutcome = 'appended' | 'conflict'

export interface LogStore {
  load(workspace: string, streams: readonly StreamRef[], commandIds: readonly string[]): Promise<Loaded>
  /** Conversations of these identities on this channel that are open, newest first: for get-or-create. */
  openConversations(workspace: string, lookups: readonly OpenLookup[]): Promise<readonly (string | null)[]>
  /**
   * Appends a group in one transaction: events, content rows, projections, jobs. The files that a message names become
   * its own in the same transaction; where one is gone or another message's, that is a conflict. Resolves after the
   * commit is on disk; rejects with a StoreError, having stored nothing, where the database cannot take it.
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
  /**
   * What came after in many streams at once, as the team has it: up to `limit` events for each, oldest first. For what
   * other nodes appended.
   */
  tails(workspace: string, tails: readonly Tail[], limit: number): Promise<ReadonlyMap<string, readonly LogEvent[]>>
  /** The newest items before number `before` (`null`: the newest of all), oldest first, as they are now. */
  items(
    workspace: string,
    conversation: string,
    audience: Audience,
    before: number | null,
    limit: number,
  ): Promise<{ readonly items: readonly Item[]; readonly hasOlder: boolean }>
}

/** The part of a stream after a number. */
export interface Tail {
  readonly stream: StreamRef
  readonly after: number
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
  /** Text of the last message, or the names of its files; empty where it was erased. */
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
  /** The same for many conversations at once, by conversation; those without a mark may be missing. */
  ofMany(workspace: string, conversations: readonly string[]): Promise<ReadonlyMap<string, readonly StoredMark[]>>
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
  /** Checks identity tokens (HS256) that name no key; empty once it was removed. */
  readonly secret: string
  /** Checks identity tokens that name their key (`kid`). */
  readonly identityKeys: readonly IdentityKey[]
  /** What the loader carries: colours, texts. */
  readonly config: Readonly<Record<string, unknown>>
  readonly createdAt: number
}

/** One key of a site's back end. Its algorithm stands here, never in a token. */
export interface IdentityKey {
  readonly kid: string
  readonly algorithm: 'HS256' | 'EdDSA'
  /** HS256: the secret. EdDSA: the public key as PEM. */
  readonly key: string
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
  /** Its token was given up (a sign-in took it over, or a logout): the identity stays, nobody becomes it any more. */
  readonly isRetired: boolean
}

export interface DirectoryStore {
  /** The workspace of a fresh installation; created when there is none. */
  defaultWorkspace(): Promise<string>
  sites(): Promise<readonly Site[]>
  site(id: string): Promise<Site | null>
  /** Rejects with StoreError `taken` where the id is in use. */
  addSite(site: Site): Promise<void>
  updateSite(
    id: string,
    change: Partial<Pick<Site, 'name' | 'origins' | 'config' | 'secret' | 'identityKeys'>>,
  ): Promise<void>
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
    kind: 'browser' | 'user' | 'email',
    key: string,
    now: number,
  ): Promise<Identity | null>
  /** Finds or creates identity and contact; the given ids and name are used only where it creates. */
  ensureIdentity(identity: {
    readonly workspace: string
    readonly channel: string
    /** `browser`: `key` is the hash of an anonymous token. `user`: the subject of a signed token. `email`: an address that was proven. */
    readonly kind: 'browser' | 'user' | 'email'
    readonly key: string
    readonly id: string
    readonly contact: string
    readonly name: string
    readonly email: string | null
    readonly now: number
  }): Promise<Identity>
  /** Nobody becomes this anonymous identity any more; `claimedBy`, where given, is the signed-in one it belongs to from now on. */
  retireIdentity(workspace: string, id: string, claimedBy: string | null, now: number): Promise<void>
  /** Anonymous identities that a signed-in one has taken over, the oldest first. */
  identitiesClaimedBy(workspace: string, user: string): Promise<readonly string[]>
  /** Those of these that nobody is any more: given up, taken over, lapsed or erased. One without a row is none of them. */
  endedIdentities(workspace: string, identities: readonly string[]): Promise<readonly string[]>
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
  /** Those of these sessions that still exist, of active agents, each with its agent as they are now: one query. */
  findAll(tokenHashes: readonly string[]): Promise<readonly { readonly session: Session; readonly agent: Agent }[]>
  touch(tokenHashes: readonly string[], usedAt: number): Promise<void>
  remove(tokenHash: string): Promise<void>
  removeOf(agent: string): Promise<void>
  removeBefore(createdAt: number, usedAt: number): Promise<void>
}

/** The second step of agents' sign-in. What is spent is spent in one statement: of many at once one succeeds. */
export interface TwoStepStore {
  find(agent: string): Promise<{
    readonly secret: string
    /** Whether it has been confirmed, so that signing in asks for it. */
    readonly isOn: boolean
    /** How many are left. */
    readonly recoveryCodes: number
  } | null>
  /** Keeps a secret to be confirmed, in place of another such. Resolves with false where one is on. */
  propose(agent: string, secret: string, now: number): Promise<boolean>
  /** Turns exactly this secret on, its code of this step spent. Resolves with whether it did. */
  confirm(agent: string, secret: string, step: number, recoveryHashes: readonly string[]): Promise<boolean>
  /** Whether this step is later than all that were spent. */
  spendStep(agent: string, step: number): Promise<boolean>
  /** Whether there was such a code; it is gone with that. */
  spendRecoveryCode(agent: string, hash: string): Promise<boolean>
  remove(agent: string): Promise<void>
}

// ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What is known of a file whose bytes are in the file storage. */
export interface StoredFile {
  readonly workspace: string
  readonly by: FileOwner
  /** As it was found to be. */
  readonly attachment: Attachment
  /** Signs this file's addresses. */
  readonly secret: string
  /** By the database's clock. */
  readonly createdAt: number
  /** Where the message that has it is; `null` until one has. */
  readonly conversation: string | null
}

export interface FileOwner {
  readonly kind: Exclude<ActorRef['kind'], 'system'>
  readonly id: string
}

/** A file whose bytes are about to come. */
export interface ReservedFile {
  readonly workspace: string
  readonly id: string
  readonly by: FileOwner
  readonly name: string
  /** At most so many. */
  readonly size: number
  readonly secret: string
}

/**
 * A file is reserved, then complete, then a message's (`LogStore.append`). Its row comes before its bytes and goes after
 * them, so that no bytes are left behind that nobody knows of.
 */
export interface FileStore {
  /** Resolves with the bytes that its owner has reserved or uploaded within `withinMs`, this file's among them. */
  reserve(file: ReservedFile, withinMs: number): Promise<number>
  complete(workspace: string, attachment: Attachment): Promise<void>
  /** A complete file, in whatever workspace: its id is all that an address says. */
  find(id: string): Promise<StoredFile | null>
  /** Those of these complete files that no message has and that are younger than `withinMs`. */
  unused(workspace: string, ids: readonly string[], withinMs: number): Promise<readonly StoredFile[]>
  /** Those of these files that are in this conversation. */
  inConversation(workspace: string, conversation: string, ids: readonly string[]): Promise<readonly StoredFile[]>
  /** All files of these conversations: for erasure and export. */
  filesOf(workspace: string, conversations: readonly string[]): Promise<readonly StoredFile[]>
  /** Ids of files, complete or not, that no message has used within `withinMs`, the oldest first. */
  leftOver(withinMs: number, limit: number): Promise<readonly string[]>
  remove(ids: readonly string[]): Promise<void>
}
