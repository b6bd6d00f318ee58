import type { Page } from '@pendopo/protocol'
import type { ReadableAtom } from 'nanostores'
import type { Environment } from './environment.ts'
import type { PendopoError } from './pendopo-error.ts'
import type { Thread, ThreadAuthor } from './thread.ts'

/**
 * `idle` not asked to connect yet · `connecting` for the first time · `online` · `offline` lost, trying again by itself ·
 * `refused` the server will not have this client: see `$error`.
 */
export type ConnectionStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'refused'

export interface ChatOptions {
  /** Where the server is mounted, such as `https://chat.example.com` or `https://example.com/chat`. */
  readonly server: string
  /** The site's id, as printed by `pendopo site add`. */
  readonly site: string
  /** The site's key: only where there is no Origin (Node, an app). Never put it on a web page. */
  readonly key?: string
  /** Replaces parts of the outside world: see `Environment`. */
  readonly environment?: Partial<Environment>
}

export interface ChatConversation extends Thread {
  /** `none` before the first message. */
  readonly $status: ReadableAtom<'none' | 'open' | 'closed'>
  /** The agents who take part, the assignee first. */
  readonly $agents: ReadableAtom<readonly (ThreadAuthor & { readonly online: boolean })[]>
}

/** A visitor's chat. Nothing is stored or sent before `connect`, `identify` or the first `send`. */
export interface Chat {
  readonly $connection: ReadableAtom<ConnectionStatus>
  /** Why the server refuses this client, or the last fault worth showing; `null` when all is well. */
  readonly $error: ReadableAtom<PendopoError | null>
  /** Whether somebody is there to answer; `null` before the server has said. */
  readonly $availability: ReadableAtom<'online' | 'away' | null>
  /** `memory`: this browser has no IndexedDB for us, so unsent messages do not survive a reload. */
  readonly $persistence: ReadableAtom<'indexeddb' | 'memory'>
  /** Unread messages over all conversations. */
  readonly $unread: ReadableAtom<number>
  connect(): void
  /** Whether this browser has spoken to this site before: reads storage, sends nothing. */
  isReturning(): Promise<boolean>
  /**
   * Signs the visitor in with a JWT made by the host's back end. Resolves once the server has taken it. Where it has not,
   * rejects with the PendopoError (`unauthenticated`), and the chat goes on as who it was: anonymous, as a rule. Without a
   * token it rejects with `invalid`, and where the chat is disconnected meanwhile with `unavailable`. The token is kept in
   * memory only and ends within an hour. A connection outlives it, but the next one needs a fresh token: then
   * `$connection` is `refused` and `$error` says `unauthenticated` until `identify` is called again. Meanwhile what is
   * sent waits on the device.
   */
  identify(proof: { token: string }): Promise<void>
  /**
   * Forgets the visitor on this device, in all its tabs: storage is wiped, the socket closed; `idle` again. What was not
   * written yet is dropped. Rejects with `unavailable` where storage keeps refusing to be wiped: then this tab has
   * forgotten the visitor and the device has not, so call it again.
   */
  logout(): Promise<void>
  /** The open conversation, or the one the first `send` will open. Always the same object. */
  conversation(): ChatConversation
  /** Tells the team which page the visitor is on, while a conversation is open. */
  viewPage(page: Page): void
  /** Ends everything; idempotent, final: `send`, `retry`, `identify` … fail with `unavailable`. Unsent messages stay on the device. */
  close(): Promise<void>
}
