import type { ActorRef, Author } from './actor.ts'
import type { Content } from './schemas/content.ts'

/** What `decide` wants appended: an event without its numbers. */
export interface NewEvent {
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
  readonly content?: Content
  /** Whose words they are, where not the actor's. */
  readonly author?: Author
  /** Where they came from. */
  readonly origin?: Origin
}

/** Another system's name for an event: unique, so that an import repeats harmlessly. */
export interface Origin {
  readonly connector: string
  readonly externalId: string
}

/** An event in the log. Immutable, except that `content` becomes `null` when it is erased. */
export interface LogEvent extends NewEventEnvelope {
  readonly content: Content | null
}

/** The envelope: all that stays for ever. */
export interface NewEventEnvelope {
  /** 1, 2, 3 … gapless in its stream, for the team. */
  readonly seq: number
  /** Gapless among the events participants may see; `null` where they may not. */
  readonly publicSeq: number | null
  readonly kind: string
  /** The id of the command that caused it: for a message, the message's id. */
  readonly command: string
  readonly actor: ActorRef
  readonly author?: Author
  /** Where it came from, if from another system. */
  readonly origin?: Origin
  /** Milliseconds by the author's clock. */
  readonly occurredAt?: number
  /** Milliseconds by the server's clock, never decreasing within a stream. */
  readonly at: number
  readonly data: Readonly<Record<string, unknown>>
}
