// What goes by and is no event: typing, and read marks as they move. Told to those of this node who watch; the other
// nodes get the same signal and do the same.

import type { Audience } from '@pendopo/protocol'
import type { SignalOf } from '../cluster/signal.ts'
import type { Broadcast } from './context.ts'
import type { Hints } from './hints.ts'
import { mayKnow, toMark } from './marks.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { TeamTyping } from './team-typing.ts'
import type { Watchers } from './watchers.ts'

const AUDIENCES: readonly Audience[] = ['team', 'participants']

export interface Passing {
  /** `from`: the socket that said so, which need not be told. */
  typing(signal: SignalOf<'typing'>, from?: Session): void
  marked(signal: SignalOf<'marked'>, from?: Session): void
}

interface Needs {
  readonly watchers: Watchers
  readonly sessions: Sessions
  readonly hints: Hints
  readonly broadcast: Broadcast
  readonly teamTyping: TeamTyping
}

export function createPassing({ watchers, sessions, hints, broadcast, teamTyping }: Needs): Passing {
  return {
    typing: ({ workspace, conversation, who, typing }, from) => {
      if (typing && who.kind === 'agent') teamTyping.note(conversation)
      for (const audience of AUDIENCES) {
        const others = watchers.others(workspace, conversation, audience, from)
        if (others.length > 0) broadcast(others, 'typing', { conversation, who, typing })
      }
    },
    marked: ({ workspace, conversation, mark, head }, from) => {
      for (const audience of AUDIENCES) {
        const others = watchers
          .others(workspace, conversation, audience, from)
          .filter((session) => mayKnow(session, mark))
        if (others.length > 0) broadcast(others, 'marks', { conversation, marks: [toMark(mark, audience)] })
      }
      // The reader's other windows have a badge to clear.
      const { kind, id } = mark.reader
      for (const own of kind === 'agent' ? sessions.ofAgent(id) : sessions.ofIdentity(id))
        if (own !== from) hints.add(own, conversation, own.audience === 'team' ? head.seq : head.publicSeq)
    },
  }
}
