// Ends the sockets of whoever lost the right to them, at once and with the reason. On this node; where there are several,
// the same word goes to each of them.

import type { WireError } from '@pendopo/protocol'
import type { Revocation } from '../cluster/signal.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

export type Revoke = (revocation: Revocation) => void

const ENDED: WireError = { code: 'unauthenticated', message: 'the session has ended' }

export function createRevoke(sessions: Pick<Sessions, 'agents' | 'ofAgent' | 'ofIdentity'>): Revoke {
  return (revocation) => {
    switch (revocation.kind) {
      case 'session':
        for (const session of sessions.agents) if (session.tokenHash === revocation.tokenHash) refuse(session)
        break
      case 'agent':
        for (const session of [...sessions.ofAgent(revocation.agent)]) refuse(session)
        break
      case 'identity':
        // Without a reason: the browser comes back by itself, and as whoever its token makes it now.
        for (const session of [...sessions.ofIdentity(revocation.identity)])
          if (session.visitor.actor.identity === revocation.identity) session.wire.disconnect()
        break
    }
  }
}

/** Tells a socket that nobody is signed in on it any more, and ends it. */
export function refuse({ wire }: Pick<Session, 'wire'>): void {
  wire.emit('refused', ENDED)
  wire.disconnect()
}
