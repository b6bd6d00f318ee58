// How fast this disk makes a small append durable, measured beside every database figure: without it a rate says
// more about the hour than about the program.

import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { quantile, significant } from './numbers.mjs'

const APPENDS = 200
/** One page of SQLite's WAL with its header. */
const APPEND_BYTES = 4_120

/** Milliseconds of `fdatasync` after a small append in this folder: `{ p50, p95 }`. */
export function probeFsync(folder) {
  const file = join(folder, `fsync-probe-${process.pid}`)
  const page = Buffer.alloc(APPEND_BYTES, 1)
  const times = []
  const handle = openSync(file, 'a')
  try {
    for (let count = 0; count < APPENDS; count++) {
      writeSync(handle, page)
      const started = performance.now()
      fdatasyncSync(handle)
      times.push(performance.now() - started)
    }
  } finally {
    closeSync(handle)
    rmSync(file, { force: true })
  }
  return { p50: significant(quantile(times, 0.5)), p95: significant(quantile(times, 0.95)) }
}
