// Which other nodes there are, from the options: none, those of a Redis, or those of another bus.

import type { Logger } from 'pino'
import { systemClock, type Clock } from '../readers/clock.ts'
import type { OpenBus } from './bus.ts'
import { createCluster, type Cluster } from './create-cluster.ts'
import { checkRedisAddress, createRedisBus } from './redis-bus.ts'

interface Settings {
  readonly redis: string | undefined
  readonly bus: OpenBus | undefined
  readonly logger: Logger
}

/** Leases must not end because somebody set the clock. */
const steadyClock: Clock = { now: () => performance.now(), after: systemClock.after }

/** `installation`: nodes of different ones share a Redis without hearing each other. */
export function openCluster({ redis, bus, logger }: Settings, installation: string): Cluster {
  if (redis !== undefined) checkRedisAddress(redis)
  const openBus = bus ?? (redis === undefined ? undefined : createRedisBus(redis, `pendopo:${installation}`, logger))
  return createCluster({ openBus, clock: steadyClock, logger })
}
