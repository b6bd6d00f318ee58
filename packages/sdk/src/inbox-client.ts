import type { AgentWelcome, Colleague, Counts, Login, Row } from '@pendopo/protocol'
import type { ReadableAtom } from 'nanostores'
import type { ConnectionStatus } from './chat.ts'
import type { Environment } from './environment.ts'
import type { PendopoError } from './pendopo-error.ts'
import type { Thread, ThreadAuthor } from './thread.ts'

export interface InboxOptions {
  /** Where the server is mounted; in the inbox itself, the page's own origin. */
  readonly server: string
  readonly environment?: Partial<Environment>
}

export type ListName = 'mine' | 'unassigned' | 'all'
export type ListStatus = 'open' | 'closed' | 'all'

/** A live window of a list, most recently moved first. It grows downward with `loadMore` and follows what happens. */
export interface InboxList {
  readonly $rows: ReadableAtom<readonly Row[]>
  readonly $more: ReadableAtom<boolean>
  /** `true` until the first window is there; a later refetch keeps what is shown. */
  readonly $loading: ReadableAtom<boolean>
  loadMore(): Promise<void>
  close(): void
}

export interface AgentConversation extends Thread {
  /** The visitor, with their name and whether they are on the site. */
  readonly $contact: ReadableAtom<(ThreadAuthor & { readonly online: boolean }) | null>
  /** Colleagues' and the visitor's read marks by id. */
  readonly $marks: ReadableAtom<Readonly<Record<string, number>>>
  /** Set once the conversation turns out not to be there, or not (any more) for this agent to see. */
  readonly $gone: ReadableAtom<PendopoError | null>
  assign(agent: string): Promise<void>
  unassign(): Promise<void>
  /** Ends the conversation. */
  resolve(reason?: string): Promise<void>
  reopen(): Promise<void>
  /** Stops watching it. */
  close(): void
}

/** An agent's inbox. */
export interface Inbox {
  /** `unknown` until the server has said whether the session cookie holds. */
  readonly $session: ReadableAtom<'unknown' | 'signed-out' | 'signed-in'>
  readonly $connection: ReadableAtom<ConnectionStatus>
  readonly $error: ReadableAtom<PendopoError | null>
  readonly $agent: ReadableAtom<AgentWelcome['agent'] | null>
  readonly $colleagues: ReadableAtom<readonly Colleague[]>
  readonly $sites: ReadableAtom<AgentWelcome['sites']>
  /** Open conversations by list, capped at 100. */
  readonly $counts: ReadableAtom<Counts | null>
  /** Who types where, by conversation: what lists show. Only conversations with somebody typing are in it. */
  readonly $typing: ReadableAtom<Readonly<Record<string, readonly ThreadAuthor[]>>>
  signIn(login: Login): Promise<void>
  signOut(): Promise<void>
  list(query: { list: ListName; status: ListStatus }): InboxList
  /** The same object for the same id until it is closed, or the agent signs out. Throws while nobody is signed in. */
  conversation(id: string): AgentConversation
  setPresence(presence: 'online' | 'break'): Promise<void>
  /** Calls back for each message from a contact, of whatever conversation this agent may see: for sounds and toasts. */
  onIncoming(listener: (row: Row) => void): () => void
  close(): Promise<void>
}
