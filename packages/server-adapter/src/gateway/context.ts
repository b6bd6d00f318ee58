import type { Packets } from '@pendopo/protocol'
import type { Log } from '../log/log.ts'
import type { AppendTimer } from '../metrics/metrics.ts'
import type { ServerLimits } from '../options.ts'
import type { Store } from '../store/store.ts'
import type { Hints } from './hints.ts'
import type { OpeningLimits } from './opening-limits.ts'
import type { PeopleDirectory } from './people.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { Watchers } from './watchers.ts'

/** Packets that go to many sockets at once. */
export type BroadcastName = 'events' | 'marks' | 'typing' | 'presence'

/** Sends one packet to many sockets of one kind, encoded once. */
export type Broadcast = <Name extends BroadcastName>(
  sessions: readonly Session[],
  name: Name,
  packet: Packets<unknown>[Name],
) => void

/** What handlers work with. */
export interface GatewayContext {
  readonly store: Store
  readonly log: Log
  readonly limits: ServerLimits
  readonly now: () => number
  readonly sessions: Sessions
  readonly watchers: Watchers
  readonly people: PeopleDirectory
  readonly hints: Hints
  readonly openings: OpeningLimits
  readonly appendTimer: AppendTimer
  readonly broadcast: Broadcast
}
