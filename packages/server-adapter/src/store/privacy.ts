// What a store does about the people in it: the part of `Store` for export, erasure and retention.

import type { ConversationState } from '@pendopo/protocol'

/** A contact and the ways to reach them. */
export interface HeldContact {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly createdAt: number
  readonly identities: readonly HeldIdentity[]
}

export interface HeldIdentity {
  readonly id: string
  readonly channel: string
  readonly kind: 'browser' | 'user' | 'email'
  /** Who they are for the host's back end; `null` for a browser, and once erased. */
  readonly subject: string | null
  readonly createdAt: number
  readonly usedAt: number
}

/** For export, erasure and retention. Erasing is a few steps that may be done again: `erasure/erase-visitor.ts`. */
export interface PrivacyStore {
  /** The contacts with this id, with an identity of this id, or with this e-mail address in any letter case. */
  contacts(workspace: string, wanted: string): Promise<readonly HeldContact[]>
  /** Ids of the conversations these identities took part in. */
  conversations(workspace: string, identities: readonly string[]): Promise<readonly string[]>
  /** Removes the content of a conversation's events with `after < seq <= upTo`. The envelopes stay. */
  removeContent(workspace: string, conversation: string, after: number, upTo: number): Promise<void>
  /** Removes a contact's name and address and what leads to their identities. */
  forget(workspace: string, contact: string): Promise<void>
  /** Removes the jobs of a conversation, with what their last errors say; an event arms them anew. */
  removeJobs(workspace: string, conversation: string): Promise<void>
  /** Closed conversations that moved last before this time, the oldest first, after one of them. */
  closed(
    workspace: string,
    movedBefore: number,
    after: { readonly movedAt: number; readonly id: string } | null,
    limit: number,
  ): Promise<readonly ConversationState[]>
  /** What was removed leaves the database's files too, as far as the database can be made to. */
  settle(): Promise<void>
}
