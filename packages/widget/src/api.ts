// What a page sees as `window.Pendopo`, and what passes between the loader and the chat it loads. The two are built
// together and found by hash, so the inner contract may change with every release; the outer one may not.

import type { IdentityProof } from '@pendopo/sdk'
import type { WidgetConfig } from './config.ts'

/** A message as the page's own scripts get it. */
export interface MessageSummary {
  readonly id: string
  readonly text: string
  readonly mine: boolean
  /** The author's name; empty where nobody told us. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** Every event with what its listeners receive. */
export interface PendopoEvents {
  /** The launcher is there and calls work; a listener that comes later is called too. */
  readonly ready: undefined | null
  readonly open: undefined
  readonly close: undefined
  /** How many messages are unread, whenever that changes. */
  readonly unread: number
  /** A message came in, or one of the visitor's own was stored. Not called for what was there before. */
  readonly message: MessageSummary
  readonly error: Error
}

export type PendopoEvent = keyof PendopoEvents
export type Emit = <Event extends PendopoEvent>(event: Event, detail: PendopoEvents[Event]) => void

/** A call by name, as pages queue it: `['open']`, `['identify', { token }]`. */
export type QueuedCall = readonly [name: string, ...args: unknown[]]

/** The widget of one site. */
export interface PendopoHandle {
  open(): void
  close(): void
  toggle(): void
  /** Shows the launcher again after `hide` or `hidden: true`. */
  show(): void
  /** Hides launcher and panel; the conversation goes on. */
  hide(): void
  /** Returns what removes the listener. */
  on<Event extends PendopoEvent>(event: Event, listener: (detail: PendopoEvents[Event]) => void): () => void
  /** Signs the visitor in with a JWT that the page's server made, or with what asks that server for one. */
  identify(proof: IdentityProof): Promise<void>
  /** Forgets the visitor on this device, and their token on the server. */
  logout(): Promise<void>
  /** Removes the widget and everything it added to the page. */
  destroy(): void
  /** The queue goes on working after the script has arrived. */
  push(...calls: QueuedCall[]): void
}

/** `window.Pendopo`: the first widget of the page, and the way to the others. */
export interface PendopoGlobal extends PendopoHandle {
  get(site: string): PendopoHandle | undefined
  /** The widgets of this page by site. */
  readonly sites: Record<string, PendopoHandle>
}

declare global {
  interface Window {
    /** Before the script has arrived: a list of calls. */
    Pendopo?: PendopoGlobal | QueuedCall[]
  }
}

/** What the loader gives the chat. */
export interface MountContext {
  readonly config: WidgetConfig
  /** Where the server is mounted, with a slash at the end. */
  readonly base: string
  readonly root: ShadowRoot
  readonly launcher: HTMLButtonElement
  readonly emit: Emit
  /** The token of the mailed link by which the visitor has come. */
  readonly resume?: string | undefined
}

/** What the chat gives the loader. */
export interface MountedChat {
  open(): void
  close(): void
  toggle(): void
  identify(proof: IdentityProof): Promise<void>
  logout(): Promise<void>
  destroy(): void
}

/** The module behind `config.entry`. */
export interface ChatModule {
  mount(context: MountContext): Promise<MountedChat>
}
