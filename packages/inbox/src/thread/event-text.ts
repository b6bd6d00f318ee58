// What happened, in one sentence. An event names people by id; the thread's authors and the colleagues give the names.

import type { Colleague, ThreadAuthor, ThreadEvent } from '@pendopo/sdk/inbox'
import { toMailEventText } from '../mail/mail-event-text.ts'

export interface EventNames {
  readonly self: string
  readonly colleagues: readonly Colleague[]
  /** What the contact is called, whichever of their identities they go by. */
  readonly contact: string
  /** Where mails went, by the id of the event that says they did. */
  readonly addresses?: ReadonlyMap<string, string>
}

/** The sentence, without the page it may be about: that is a link and drawn as one. */
export function toEventText(event: ThreadEvent, names: EventNames): string {
  const who = nameOf(event.actor, names)
  const agent = text(event.data.agent)
  switch (event.kind) {
    case 'conversation.opened':
      return 'Conversation started'
    case 'conversation.closed':
      return withReason(closedBy(event, who), text(event.data.reason))
    case 'conversation.reopened':
      return event.data.by === 'system' ? 'Reopened' : `${who} reopened this`
    case 'conversation.assigned':
      return assigned(event, who, agent, names)
    case 'conversation.unassigned':
      return agent === event.actor.id ? `${who} gave this back` : `${who} took this from ${agentName(agent, names)}`
    case 'participant.joined':
      return `${agentName(agent, names, true)} joined`
    case 'participant.left':
      return `${agentName(agent, names, true)} left`
    case 'page.changed':
      return 'Visited'
    default:
      return toMailEventText(event, who, names.addresses?.get(event.id)) ?? event.kind.replaceAll('.', ' ')
  }
}

function assigned(event: ThreadEvent, who: string, agent: string, names: EventNames): string {
  if (event.data.by === 'answer') return `Assigned to ${agentName(agent, names)} by answering`
  if (event.data.by === 'system') return `Assigned to ${agentName(agent, names)}`
  return agent === event.actor.id ? `${who} took this` : `${who} assigned this to ${agentName(agent, names)}`
}

function closedBy(event: ThreadEvent, who: string): string {
  if (event.data.by === 'timer') return 'Closed by itself, nobody wrote for a while'
  return event.data.by === 'system' ? 'Closed' : `${who} closed this`
}

const withReason = (sentence: string, reason: string): string => (reason === '' ? sentence : `${sentence} · ${reason}`)

function nameOf(author: ThreadAuthor, names: EventNames): string {
  if (author.kind === 'self') return 'You'
  if (author.kind === 'system') return 'The system'
  if (author.kind === 'agent') return author.name || agentName(author.id, names, true)
  // Isolated: it may hold marks that would turn the rest of the sentence around, an address in it too.
  return `\u2068${author.name || names.contact}\u2069`
}

function agentName(id: string, names: EventNames, first = false): string {
  if (id === names.self) return first ? 'You' : 'you'
  return names.colleagues.find((colleague) => colleague.id === id)?.name ?? (first ? 'A colleague' : 'a colleague')
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
