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
  /** The language that the visitor is spoken to in, such as `id` or `pt-BR`: mails about a conversation are written in it. */
  readonly locale?: string
  /** Replaces parts of the outside world: see `Environment`. */
  readonly environment?: Partial<Environment>
}

/** What a host's back end says of who a visitor is. */
export type IdentityProof = { readonly token: string } | { readonly getToken: () => string | Promise<string> }

/** An e-mail address at which a visitor is answered when they have left. */
export interface MailAddress {
  readonly email: string
  /** Whether somebody has shown that it is theirs, or the host's back end vouches for it. */
  readonly isVerified: boolean
}

export interface ChatConversation extends Thread {
  /** `none` before the first message. */
  readonly $status: ReadableAtom<'none' | 'open' | 'closed'>
  /** The agents who take part, the assignee first. */
  readonly $agents: ReadableAtom<readonly (ThreadAuthor & { readonly online: boolean })[]>
  /** Where the answer goes by e-mail too; `null` where no address is known. */
  readonly $address: ReadableAtom<MailAddress | null>
  /**
   * Says where the answer may go by e-mail: worth asking for where `chat.$hasMail`. Resolves when the server has it on
   * disk; waits on this device like a message where there is no connection, and goes behind the messages that wait. Where
   * there is no conversation yet it opens one. Rejects with a PendopoError where it is refused for good (`invalid`: it is no
   * address), and with `unavailable` after `close`.
   */
  giveAddress(email: string): Promise<void>
}

/** A visitor's chat. Nothing is stored or sent before `connect`, `identify` or the first `send`. */
export interface Chat {
  readonly $connection: ReadableAtom<ConnectionStatus>
  /** Why the server refuses this client, or the last fault worth showing; `null` when all is well. */
  readonly $error: ReadableAtom<PendopoError | null>
  /** Whether somebody is there to answer; `null` before the server has said. */
  readonly $availability: ReadableAtom<'online' | 'away' | null>
  /** Whether the site answers by e-mail those who have left an address; `false` before the server has said. */
  readonly $hasMail: ReadableAtom<boolean>
  /** `memory`: this browser has no IndexedDB for us, so unsent messages do not survive a reload. */
  readonly $persistence: ReadableAtom<'indexeddb' | 'memory'>
  /** Unread messages over all conversations. */
  readonly $unread: ReadableAtom<number>
  connect(): void
  /** Whether this browser has spoken to this site before: reads storage, sends nothing. */
  isReturning(): Promise<boolean>
  /**
   * Signs the visitor in with a JWT made by the host's back end: a `token`, or `getToken`, which is asked before each
   * connection and is the better choice, because a token ends within an hour and a connection ends with it. Resolves once
   * the server has taken the token. Where it has not, rejects with the PendopoError (`unauthenticated`), and the chat goes
   * on as who it was: anonymous, as a rule. With neither it rejects with `invalid`, and where the chat is disconnected
   * meanwhile with `unavailable`. Tokens are kept in memory only. With a `token` that has ended, `$connection` is
   * `refused` and `$error` says `unauthenticated` until `identify` is called again; what is sent meanwhile waits on the
   * device. Where `getToken` rejects, it is asked again like a lost connection. What this browser said before belongs to
   * the user from then on.
   */
  identify(proof: IdentityProof): Promise<void>
  /**
   * Forgets the visitor on this device, in all its tabs: storage is wiped, the socket closed, its token given up on the
   * server where there is a connection; `idle` again. What was not
   * written yet is dropped. Rejects with `unavailable` where storage keeps refusing to be wiped: then this tab has
   * forgotten the visitor and the device has not, so call it again.
   */
  logout(): Promise<void>
  /**
   * Takes the token of a link that was mailed (`#pendopo=…`): from now on this visitor takes part in the conversation the
   * mail was about, and it is the present one. Connects. Rejects with the PendopoError: `not_found` for a link that was used
   * before or has expired, `unavailable` where the server could not be reached, and then the link is as good as before.
   */
  resume(token: string): Promise<void>
  /** The open conversation, or the one the first `send` will open. Always the same object. */
  conversation(): ChatConversation
  /** Tells the team which page the visitor is on, while a conversation is open. */
  viewPage(page: Page): void
  /** Ends everything; idempotent, final: `send`, `retry`, `identify` … fail with `unavailable`. Unsent messages stay on the device. */
  close(): Promise<void>
}
