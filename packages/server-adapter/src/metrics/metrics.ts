// What an operator watches, as Prometheus text. A registry of its own: two servers in one process do not mix.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** From a fast disk's group commit to one that makes people wait. */
const APPEND_BUCKETS_S = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
/** Finer than a request that stalls, coarser than the histogram's own cost. */
const LAG_RESOLUTION_MS = 10
const NS_PER_S = 1e9

/** Starts the clock of one append; the result stops it and counts the append. */
export type AppendTimer = () => () => void

export interface Metrics {
  readonly appendTimer: AppendTimer
  /** Connects the figures that are read when somebody asks. */
  observe(sources: {
    readonly sockets: () => { readonly visitor: number; readonly agent: number }
    readonly waitingBatches: () => number
  }): void
  readonly contentType: string
  text(): Promise<string>
  close(): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const appends = new Counter({ name: 'pendopo_appends_total', help: 'Batches of commands the log took', registers })
  const latency = new Histogram({
    name: 'pendopo_append_seconds',
    help: 'From a batch being submitted to its commit on disk',
    buckets: APPEND_BUCKETS_S,
    registers,
  })
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })
  delay.enable()
  const lag = new Gauge({
    name: 'pendopo_event_loop_lag_seconds',
    help: 'Delay of the event loop since the last scrape, by quantile',
    labelNames: ['quantile'],
    registers,
    collect: () => {
      for (const quantile of [50, 99]) lag.set({ quantile: String(quantile / 100) }, toLag(delay.percentile(quantile)))
      lag.set({ quantile: '1' }, toLag(delay.max))
      delay.reset()
    },
  })

  return {
    appendTimer: () => {
      const started = performance.now()
      return () => {
        appends.inc()
        latency.observe((performance.now() - started) / 1_000)
      }
    },
    observe: ({ sockets, waitingBatches }) => {
      const open = new Gauge({
        name: 'pendopo_sockets',
        help: 'Connected sockets by role',
        labelNames: ['role'],
        registers,
        collect: () => {
          for (const [role, count] of Object.entries(sockets())) open.set({ role }, count)
        },
      })
      const waiting: Gauge = new Gauge({
        name: 'pendopo_waiting_batches',
        help: 'Batches waiting for their commit',
        registers,
        collect: () => {
          waiting.set(waitingBatches())
        },
      })
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => delay.disable(),
  }
}

/** The histogram measures timer to timer: what is beyond its own resolution is lag. */
function toLag(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NS_PER_S - LAG_RESOLUTION_MS / 1_000) : 0
}
