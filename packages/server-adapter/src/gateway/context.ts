import type { Packets } from '@pendopo/protocol'
import type { FileUrls } from '../files/file-urls.ts'
import type { Cluster } from '../cluster/create-cluster.ts'
import type { Log } from '../log/log.ts'
import type { AppendTimer } from '../metrics/metrics.ts'
import type { ServerLimits } from '../options.ts'
import type { Store } from '../store/store.ts'
import type { Attendance } from './attendance.ts'
import type { CatchUp } from './catch-up.ts'
import type { Passing } from './passing.ts'
import type { OpeningLimits } from './opening-limits.ts'
import type { PeopleDirectory } from './people.ts'
import type { Revoke } from './revoke.ts'
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
  readonly cluster: Pick<Cluster, 'signal'>
  readonly sessions: Sessions
  readonly attendance: Attendance
  readonly watchers: Watchers
  readonly people: PeopleDirectory
  readonly passing: Passing
  readonly catchUp: CatchUp
  readonly openings: OpeningLimits
  readonly fileUrls: FileUrls
  readonly appendTimer: AppendTimer
  readonly broadcast: Broadcast
  readonly revoke: Revoke
}
