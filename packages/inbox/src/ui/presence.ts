import type { Colleague } from '@pendopo/sdk/inbox'

/** Connected and not on a break. */
export const isHere = ({ connected, presence }: Colleague): boolean => connected && presence === 'online'

export function presenceOf(colleague: Colleague): string {
  if (!colleague.connected) return 'Away'
  return colleague.presence === 'break' ? 'On a break' : 'Online'
}

/** Those who are here first, then those on a break, each by name. */
export const byPresence = (a: Colleague, b: Colleague): number =>
  Number(isHere(b)) - Number(isHere(a)) || Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name)
