import type {
  AgentWelcome,
  Colleague,
  Counts,
  Login,
  MailCheck,
  MailProvider,
  MailSettings,
  OriginalMail,
  PasswordChange,
  Row,
  SiteChange,
  SiteView,
  TwoStepProof,
} from '@pendopo/protocol'
import type { ReadableAtom } from 'nanostores'
import type { ConnectionStatus } from './chat.ts'
import type { Environment } from './environment.ts'
import type { PendopoError } from './pendopo-error.ts'
import type { AttachOptions, OutgoingMail, SentMessage, Thread, ThreadAuthor } from './thread.ts'

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
  /** With `mail` it goes to the contact's address at once, and not by the chat alone. */
  send(message: { text: string; replyTo?: string; mail?: OutgoingMail }): SentMessage
  attach(
    files: Blob | readonly Blob[],
    options?: AttachOptions & { readonly mail?: OutgoingMail },
  ): Promise<SentMessage>
  /** A received mail as it came; `mail` is the id of its message, or of the command that a held one goes by. */
  originalMail(mail: string): Promise<OriginalMail>
  /** Takes a held mail into the conversation, or leaves it out. */
  ruleMail(held: string, accepted: boolean): Promise<void>
  /** Mails the whole conversation to the contact. Rejects with `forbidden` where nobody has shown the address to be theirs. */
  sendTranscript(): Promise<void>
  assign(agent: string): Promise<void>
  unassign(): Promise<void>
  /** Ends the conversation. */
  resolve(reason?: string): Promise<void>
  reopen(): Promise<void>
  /** Stops watching it. */
  close(): void
}

/** The two-step sign-in of the agent who is signed in. */
export interface TwoStep {
  /** Whether it is on, and how many recovery codes are left. */
  status(): Promise<{ readonly on: boolean; readonly recoveryCodes: number }>
  /** What an authenticator app needs to know. Nothing is on before a first code is confirmed. */
  begin(password: string): Promise<{ readonly secret: string; readonly uri: string }>
  /** Turns it on. Resolves with recovery codes, each good for one sign-in; they are never told again. */
  confirm(code: string): Promise<readonly string[]>
  turnOff(proof: TwoStepProof): Promise<void>
}

/** What admins set: sites, and how each sends and receives mail. Everybody else is refused with `forbidden`. */
export interface InboxSettings {
  /** The sites, and the mail providers whose servers are known. */
  sites(): Promise<{ readonly sites: readonly SiteView[]; readonly providers: readonly MailProvider[] }>
  /** Rejects with `invalid` and the server's own words for an origin that is none. */
  addSite(site: SiteChange): Promise<SiteView>
  changeSite(id: string, change: SiteChange): Promise<SiteView>
  /** A secret that is left out stays as it is. */
  setMail(id: string, settings: MailSettings): Promise<SiteView>
  removeMail(id: string): Promise<SiteView>
  /**
   * Makes the token with which a mail service delivers to the site's `incomingUrl`. It is told once; the one before it holds no
   * longer. Rejects with `not_found` where the site has no mail.
   */
  renewMailToken(id: string): Promise<string>
  /** Tries the servers with these settings; nothing is stored. */
  checkMail(id: string, settings: MailSettings): Promise<MailCheck>
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
  /** Resolves with `needs-code` where two-step sign-in is on: the same once more, with `code`. */
  signIn(login: Login): Promise<'signed-in' | 'needs-code'>
  signOut(): Promise<void>
  /** Ends every session of this agent, on this device and all others. */
  signOutEverywhere(): Promise<void>
  /**
   * A new password for who knows the current one; every other session ends. Rejects with `wrong_credentials`, with
   * `invalid` where the new one is shorter than `AGENT_LIMITS.passwordLength`, or with `rate_limited`.
   */
  changePassword(change: PasswordChange): Promise<void>
  readonly twoStep: TwoStep
  readonly settings: InboxSettings
  list(query: { list: ListName; status: ListStatus }): InboxList
  /** The same object for the same id until it is closed, or the agent signs out. Throws while nobody is signed in. */
  conversation(id: string): AgentConversation
  setPresence(presence: 'online' | 'break'): Promise<void>
  /** Calls back for each message from a contact, of whatever conversation this agent may see: for sounds and toasts. */
  onIncoming(listener: (row: Row) => void): () => void
  close(): Promise<void>
}
