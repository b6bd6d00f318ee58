import type { ConnectionStatus, PendopoError } from '@pendopo/sdk'
import type { Texts } from '../locale/texts.ts'

/** What stands between the visitor and the team, in words; `null` when nothing does. Promises no more than this browser keeps. */
export function toTrouble(
  connection: ConnectionStatus,
  error: PendopoError | null,
  persistence: 'indexeddb' | 'memory',
  texts: Texts,
): string | null {
  if (connection === 'offline') {
    // There is a server, and it asks for patience.
    if (error?.code === 'rate_limited') return texts.busy
    return persistence === 'memory' ? texts.offlineMemory : texts.offline
  }
  if (connection !== 'refused') return null
  switch (error?.code) {
    case 'upgrade':
      return texts.reload
    case 'unauthenticated':
      return texts.signInRefused
    default:
      return texts.refused
  }
}
