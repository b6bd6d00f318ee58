// Where this package lies: the same from its sources, its built files and its chunks.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'

const Manifest = v.object({ name: v.string(), version: v.string() })

function readManifest(folder: string): v.InferOutput<typeof Manifest> | undefined {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  const parsed = v.safeParse(Manifest, JSON.parse(readFileSync(file, 'utf8')))
  return parsed.success ? parsed.output : undefined
}

/** The folder of this package and its version. */
export function findPackage(from: string = import.meta.url): { readonly folder: string; readonly version: string } {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    const manifest = readManifest(folder)
    if (manifest?.name === '@pendopo/server-adapter') return { folder, version: manifest.version }
    // Bundled into somebody's program: there are no files of ours, and no version to tell.
    if (folder === dirname(folder)) return { folder: dirname(fileURLToPath(from)), version: 'unknown' }
  }
}

/**
 * The built program of a thread, such as `store-thread`, or `null` where there is none: run from sources, or bundled into
 * somebody's program.
 */
export function findThreadProgram(name: string): string | null {
  const program = join(findPackage().folder, `dist/${name}.js`)
  return !import.meta.url.endsWith('.ts') && existsSync(program) ? program : null
}
