/** Who authenticated, as `decide` and `canSee` need to know them. */
export type Actor = VisitorActor | AgentActor | SystemActor

/** A person on a website. All ids are UUIDs of this workspace. */
export interface VisitorActor {
  readonly kind: 'visitor'
  /** The identity they act as: the verified one where there is one. */
  readonly identity: string
  /** Every identity this session has proven, `identity` among them. */
  readonly identities: readonly string[]
  readonly contact: string
  readonly channel: string
  /** Where they are reached, on the word of the site's back end. */
  readonly email?: string
}

export type Role = 'admin' | 'supervisor' | 'agent'

/** Which conversations an agent may see: all · their teams' and their own · their own. */
export type Sight = 'all' | 'teams' | 'own'

export interface AgentActor {
  readonly kind: 'agent'
  readonly id: string
  readonly role: Role
  readonly sight: Sight
  readonly teams: readonly string[]
}

/** A reader of ours, such as the timer that closes idle conversations. */
export interface SystemActor {
  readonly kind: 'system'
  readonly id: string
}

/** An actor as it stands in an envelope: who authenticated, without their rights. */
export interface ActorRef {
  readonly kind: Actor['kind']
  readonly id: string
}

/** Whose words they are, where that is somebody other than the actor (a connector posts for a contact). */
export interface Author {
  readonly kind: 'contact' | 'agent' | 'bot' | 'system'
  readonly id?: string
  readonly name?: string
}

/** The envelope's form of an actor. */
export function toActorRef(actor: Actor): ActorRef {
  return { kind: actor.kind, id: actor.kind === 'visitor' ? actor.identity : actor.id }
}
