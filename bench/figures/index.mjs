import { idle } from './idle.mjs'
import { latency } from './latency.mjs'
import { nodes } from './nodes.mjs'
import { opening } from './opening.mjs'
import { postgres } from './postgres.mjs'
import { reconnect } from './reconnect.mjs'
import { restart } from './restart.mjs'
import { scale } from './scale.mjs'
import { sizes } from './sizes.mjs'
import { soak } from './soak.mjs'
import { throughput } from './throughput.mjs'

/**
 * Every figure, in the order it is printed. `run({ log, openFiles, options })` measures it; one that takes long is run
 * only when it is named.
 */
export const FIGURES = [sizes, throughput, postgres, nodes, latency, idle, opening, restart, reconnect, scale, soak]
