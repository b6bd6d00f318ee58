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
  'agent.set-presence': ['agent'],
}

/** Deny by default: a kind without a row is nobody's. */
export function mayIssue(actor: Actor, kind: CommandKind): boolean {
  return RIGHTS[kind]?.includes(actor.kind) ?? false
}
