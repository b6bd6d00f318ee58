import type { Actor } from './actor.ts'
import type { CommandKind } from './schemas/commands.ts'

/** Who may issue which command at all. What is not listed is refused. */
export const RIGHTS: Readonly<Record<CommandKind, readonly Actor['kind'][]>> = {
  'conversation.open': ['visitor'],
  'message.post': ['visitor', 'agent'],
  'page.view': ['visitor'],
  'conversation.assign': ['agent', 'system'],
  'conversation.unassign': ['agent', 'system'],
  'conversation.close': ['agent', 'system'],
  'conversation.reopen': ['agent', 'system'],
  'content.erase': ['system'],
  'address.give': ['visitor', 'system'],
  'address.verify': ['system'],
  'mail.plan': ['system'],
  'mail.delay': ['system'],
  'mail.settle': ['system'],
  'mail.receive': ['system'],
  'mail.hold': ['system'],
  'mail.stop': ['system'],
  'mail.rule': ['agent'],
  'mail.transcript': ['agent'],
  'agent.set-presence': ['agent'],
}

/** Deny by default: a kind without a row is nobody's. */
export function mayIssue(actor: Actor, kind: CommandKind): boolean {
  return RIGHTS[kind]?.includes(actor.kind) ?? false
}
