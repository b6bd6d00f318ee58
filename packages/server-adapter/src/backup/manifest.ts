// What a backup says of itself. A backup is a folder: the database in one file, the files of messages as they were, the
// checksums of both in a form that `sha256sum --check` reads, and this.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'

export const MANIFEST = 'manifest.json'
export const DATABASE = 'pendopo.db'
export const FILES = 'files'

/** Raised when what stands in a backup changes its meaning. */
const FORMAT = 1

const Manifest = v.object({
  format: v.literal(FORMAT),
  /** Of the program that wrote it. */
  version: v.string(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  database: v.object({
    kind: v.literal('sqlite'),
    schema: v.array(v.string()),
    /** Rows by table. */
    counts: v.record(v.string(), v.number()),
  }),
  files: v.number(),
  /** SHA-256 of the file with the checksums. */
  checksums: v.string(),
})
export type Manifest = v.InferOutput<typeof Manifest>

export async function writeManifest(folder: string, manifest: Omit<Manifest, 'format'>): Promise<void> {
  await writeFile(join(folder, MANIFEST), `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  })
}

/** Rejects with a TypeError that says what is wrong with it. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new TypeError(`${folder} is no backup; it has no ${MANIFEST}`, { cause })
  })
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Manifest), text)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new TypeError(`unable to read the backup ${folder}; ${v.getDotPath(issue) ?? MANIFEST}: ${issue.message}`)
}
