import type { Inbox } from '@pendopo/sdk/inbox'
import type { ReadableAtom, WritableAtom } from 'nanostores'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Desktop } from '../notifications/desktop.ts'
import type { Notices } from '../notifications/notices.ts'
import type { Drafts } from '../settings/drafts.ts'
import type { Preferences } from '../settings/preferences.ts'
import type { OpenConversations } from './open-conversations.ts'
import type { Routes } from './routes.ts'

/** What covers the rest for a moment; one at a time. */
export type Overlay = 'palette' | 'assign' | 'close' | 'account' | 'original' | 'more' | 'settings' | null

/** Everything a component may need that is not data about one conversation. Built once, in `create-app`. */
export interface App {
  readonly inbox: Inbox
  readonly routes: Routes
  readonly preferences: Preferences
  readonly drafts: Drafts
  readonly notices: Notices
  readonly desktop: Desktop
  readonly conversations: OpenConversations
  readonly $overlay: WritableAtom<Overlay>
  readonly $now: ReadableAtom<number>
  /** One pane at a time: a phone, or a window as narrow as one. */
  readonly $narrow: ReadableAtom<boolean>
  /** Too narrow for the details to stand beside the thread. */
  readonly $snug: ReadableAtom<boolean>
  /** Whether the details are open over the thread, where they have no room beside it: not remembered. */
  readonly $peek: WritableAtom<boolean>
  /** The conversation whose answer is to be written next: its field takes the focus as soon as it is there. */
  readonly $reply: ReadableAtom<string | null>
  readonly isMac: boolean
  /** Waits for what an agent asked for, and shows why it was not done. `doing` completes "Unable to …". */
  attempt(doing: string, promise: Promise<unknown>): void
  /** Leads the focus into the answer's field of a conversation that is, or is about to be, on the screen. */
  replyTo(id: string): void
  /** The focus is there, or will never be. */
  replied(): void
  /** Closes a conversation, and offers to take that back. */
  closeConversation(id: string, name: string, reason?: string): void
  /** Mails the whole conversation to its contact. */
  sendTranscript(id: string): void
  /** Opens or closes the details, beside the thread or over it. */
  toggleDetails(): void
  close(): void
}

const Context = createContext<App | null>(null)

export const AppProvider = Context.Provider

export function useApp(): App {
  const app = useContext(Context)
  if (app === null) throw new Error('unable to find the app; render inside AppProvider')
  return app
}
