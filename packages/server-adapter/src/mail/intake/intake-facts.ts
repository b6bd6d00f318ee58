import type { MailboxCursor } from './mailbox-place.ts'

/** What is known of a mail beside its bytes. */
export interface FetchedFacts {
  /** The id of the mailbox, as given. */
  readonly mailbox: string
  readonly uid: number
  readonly uidValidity: string
  /** When the server took it in, in milliseconds since 1970; now, where it does not say. */
  readonly receivedAt: number
}

/** Why a mail was set aside, for people to look at. */
export type AsideReason =
  | { readonly kind: 'too_large'; readonly size: number }
  /** Taking it failed again and again. */
  | { readonly kind: 'take_failed'; readonly problem: string }
  /** The server does not give it, or the connection breaks each time. */
  | { readonly kind: 'unreadable'; readonly problem: string }

export type SetAside = FetchedFacts & { readonly reason: AsideReason }

/** What a watched mailbox gives its mails to; none of these is called while another one of the same mailbox runs. */
export interface MailboxSink {
  /** Where reading goes on; `null` before the first time. */
  load(): Promise<MailboxCursor | null>
  save(cursor: MailboxCursor): Promise<void>
  /** Resolves when the mail is stored. The same mail may come again. */
  take(raw: Buffer, facts: FetchedFacts): Promise<void>
  /**
   * Keeps a mail that goes nowhere else, and tells people. `raw` is the whole mail, the first 64 kB of one that is too large,
   * or `null` where nothing could be read. It stays on the server in any case.
   */
  setAside(raw: Buffer | null, why: SetAside): Promise<void>
}

/** Since the watch began. */
export interface IntakeCounts {
  readonly taken: number
  readonly tooLarge: number
  /** Of other reasons than their size. */
  readonly setAside: number
}

export type MailboxState =
  /** Another node has the lease. */
  | { readonly kind: 'standby' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'reading' }
  /** All that is there has been taken. Without `pushed` the server is asked once a minute. */
  | { readonly kind: 'watching'; readonly pushed: boolean }
  /** A mail is there, and taking it failed. */
  | { readonly kind: 'holding'; readonly uid: number; readonly problem: string; readonly retryAt: number }
  /** The server, or our own store, does not answer. */
  | { readonly kind: 'retrying'; readonly problem: string; readonly failures: number; readonly retryAt: number }
  /** The server does not let us in; somebody has to do something. */
  | { readonly kind: 'refused'; readonly problem: string; readonly retryAt: number }
  | { readonly kind: 'closed' }

export interface MailboxReport {
  readonly state: MailboxState
  readonly counts: IntakeCounts
}
