// A place on the disk that is measured, and the order in which things are taken down.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A path of this folder's parent as a file. */
export const moduleFile = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/**
 * Runs `body(folder, defer)` in a temporary folder (below BENCH_DIR, else the system's) and undoes what was deferred,
 * last first, whatever happened.
 */
export async function inFolder(body) {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'pendopo-bench-'))
  const undo = [() => rmSync(folder, { recursive: true, force: true })]
  try {
    return await body(folder, (cleanUp) => undo.push(cleanUp))
  } finally {
    for (const cleanUp of undo.toReversed()) await cleanUp()
  }
}
