import { idle } from './idle.mjs'
import { latency } from './latency.mjs'
import { opening } from './opening.mjs'
import { sizes } from './sizes.mjs'
import { throughput } from './throughput.mjs'

/** Every figure, in the order it is printed. `run({ log, openFiles })` measures it. */
export const FIGURES = [sizes, throughput, latency, idle, opening]
