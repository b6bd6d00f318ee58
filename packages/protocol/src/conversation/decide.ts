// The rules of a conversation: which events a command leads to, or why not. Pure: everything it needs to know is in
// its arguments. Rights by kind are in `rights.ts`; what depends on the conversation is here.

import type { Actor, ActorRef, Role } from '../actor.ts'
import { canSee } from '../can-see.ts'
import type { NewEvent } from '../log-event.ts'
import { mayIssue } from '../rights.ts'
import type { CommandOf, ConversationCommand } from '../schemas/commands.ts'
import type { Attachment } from '../schemas/content.ts'
import { decideMail } from './decide-mail.ts'
import { done, refuse, type Decision } from './decision.ts'
import type { ConversationState } from './state.ts'

/** What the server looked up for a group of commands before deciding. */
export interface Facts {
  /** Milliseconds by the server's clock. */
  readonly now: number
  /** Agents of the workspace by id: those a command names, at least. */
  readonly agents: Readonly<Record<string, { readonly role: Role }>>
  /** Uploaded files by id that no message has used yet: those a command names. */
  readonly files?: Readonly<Record<string, FileFact>>
}

/** A file that was uploaded, and who did. */
export interface FileFact {
  readonly attachment: Attachment
  readonly by: ActorRef
}

const NOT_FOUND = refuse('not_found', 'no such conversation')

/** Decides one command. No events is a success too: what was wanted is already so. */
export function decideConversation(
  state: ConversationState | null,
  command: ConversationCommand,
  actor: Actor,
  facts: Facts,
): Decision {
  if (!mayIssue(actor, command.kind)) return refuse('forbidden', `${command.kind} is not for this role`)
  if (command.kind === 'conversation.open') return open(state, command, actor)
  if (state === null || !canSee(actor, state)) return NOT_FOUND
  switch (command.kind) {
    case 'message.post':
      return post(state, command, actor, facts)
    case 'page.view':
      return viewPage(state, command)
    case 'conversation.assign':
      return assign(state, command, actor, facts)
    case 'conversation.unassign':
      return unassign(state, actor)
    case 'conversation.close':
      return close(state, command, actor)
    case 'conversation.reopen':
      return state.status === 'open' ? done() : done(reopened(state, actor))
    case 'content.erase':
      return done({ kind: 'content.erased', data: { ...command.data } })
    default:
      return decideMail(state, command, beforeTheirs(state))
  }
}

function open(state: ConversationState | null, command: CommandOf<'conversation.open'>, actor: Actor): Decision {
  if (state !== null) return canSee(actor, state) ? done() : NOT_FOUND
  if (actor.kind !== 'visitor') return refuse('forbidden', 'only a visitor opens a conversation on a website')
  const { page, locale } = command.data
  return done({
    kind: 'conversation.opened',
    data: {
      channel: actor.channel,
      contact: actor.contact,
      identity: actor.identity,
      ...(locale !== undefined && { locale }),
    },
    ...((page !== undefined || actor.email !== undefined) && {
      content: { ...(page !== undefined && { page }), ...(actor.email !== undefined && { email: actor.email }) },
    }),
  })
}

function post(
  state: ConversationState,
  command: CommandOf<'message.post'>,
  actor: Actor,
  { files = {} }: Facts,
): Decision {
  const { text, attachments: named, replyTo, mail } = command.data
  const attachments = named === undefined ? undefined : ownFiles(named, actor, files)
  if (text === undefined && attachments === undefined)
    return refuse('invalid', 'data: a message has text or attachments')
  if (attachments === null) return refuse('not_found', 'no such file, or a message has it already')
  if (mail !== undefined && actor.kind !== 'agent') return refuse('forbidden', 'a visitor writes in the chat')
  if (mail !== undefined && typeof state.mail?.address !== 'string')
    return refuse('invalid', 'data.mail: the contact has left no address')
  const posted: NewEvent = {
    kind: 'message.posted',
    data: { ...(replyTo !== undefined && { replyTo }), ...(mail !== undefined && { via: 'mail' }) },
    content: {
      ...(text !== undefined && { text }),
      ...(attachments !== undefined && { attachments }),
      ...(mail !== undefined && { mail }),
    },
  }
  return done(...beforePosting(state, actor), posted)
}

/** The named files as they were found to be, or `null` unless each is this author's, unused and named once. */
function ownFiles(
  named: readonly { readonly id: string }[],
  actor: Actor,
  files: NonNullable<Facts['files']>,
): Attachment[] | null {
  const found = named.flatMap(({ id }) => {
    const file = Object.hasOwn(files, id) ? files[id] : undefined
    return file !== undefined && isBy(actor, file.by) ? [file.attachment] : []
  })
  return found.length === named.length && new Set(found).size === found.length ? found : null
}

const isBy = (actor: Actor, { kind, id }: ActorRef): boolean =>
  actor.kind === kind && (actor.kind === 'visitor' ? actor.identities.includes(id) : actor.id === id)

/** A mail of the contact opens a closed conversation as their message does; whoever read the mailbox is the system. */
const beforeTheirs = (state: ConversationState): NewEvent[] =>
  state.status === 'closed'
    ? [{ kind: 'conversation.reopened', data: { by: 'contact', episode: state.episode + 1 } }]
    : []

/** Writing into a closed conversation reopens it; answering an unassigned one takes it; a newly proven identity joins. */
function beforePosting(state: ConversationState, actor: Actor): NewEvent[] {
  const events: NewEvent[] = []
  if (state.status === 'closed') events.push(reopened(state, actor))
  if (actor.kind === 'visitor' && actor.email !== undefined && actor.email !== state.mail?.address)
    events.push({ kind: 'address.given', data: { verified: true }, content: { email: actor.email } })
  if (actor.kind === 'visitor' && !state.identities.includes(actor.identity))
    events.push({ kind: 'identity.added', data: { identity: actor.identity } })
  if (actor.kind === 'agent') {
    if (state.assignee === null) events.push({ kind: 'conversation.assigned', data: { agent: actor.id, by: 'answer' } })
    else if (!state.participants.includes(actor.id))
      events.push({ kind: 'participant.joined', data: { agent: actor.id } })
  }
  return events
}

function viewPage(state: ConversationState, command: CommandOf<'page.view'>): Decision {
  const { page } = command.data
  if (state.page !== null && state.page.url === page.url && state.page.title === page.title) return done()
  return done({ kind: 'page.changed', data: {}, content: { page } })
}

function assign(
  state: ConversationState,
  command: CommandOf<'conversation.assign'>,
  actor: Actor,
  facts: Facts,
): Decision {
  const { agent } = command.data
  const target = facts.agents[agent]
  if (target === undefined) return refuse('not_found', 'no such agent')
  if (!mayAssignTo(actor, agent, target.role)) return refuse('forbidden', 'this role may not assign to that agent')
  if (state.assignee === agent) return done()
  return done({ kind: 'conversation.assigned', data: { agent, by: actor.kind === 'system' ? 'system' : 'agent' } })
}

/** An admin assigns to anyone, a supervisor to agents, an agent to peers; everyone to themselves. */
function mayAssignTo(actor: Actor, agent: string, role: Role): boolean {
  if (actor.kind !== 'agent') return actor.kind === 'system'
  if (actor.role === 'admin' || actor.id === agent) return true
  return role === 'agent'
}

function unassign(state: ConversationState, actor: Actor): Decision {
  if (state.assignee === null) return done()
  if (actor.kind === 'agent' && actor.role === 'agent' && actor.id !== state.assignee)
    return refuse('forbidden', 'an agent gives back only what is assigned to them')
  return done({ kind: 'conversation.unassigned', data: { agent: state.assignee } })
}

function close(state: ConversationState, command: CommandOf<'conversation.close'>, actor: Actor): Decision {
  if (state.status === 'closed') return done()
  const { reason } = command.data
  const by = actor.kind === 'system' ? 'timer' : actor.kind === 'visitor' ? 'contact' : 'agent'
  return done({ kind: 'conversation.closed', data: { by, ...(reason !== undefined && { reason }) } })
}

function reopened(state: ConversationState, actor: Actor): NewEvent {
  const by = actor.kind === 'visitor' ? 'contact' : actor.kind
  return { kind: 'conversation.reopened', data: { by, episode: state.episode + 1 } }
}
