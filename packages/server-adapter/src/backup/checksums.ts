// The checksums of a folder's files, one line each, as `sha256sum` writes them.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const CHECKSUMS = 'SHA256SUMS'

/** SHA-256 of a file, in hexadecimal. */
export async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** Writes the list for these files of the folder; resolves with the checksum of the list itself. */
export async function writeChecksums(folder: string, names: readonly string[]): Promise<string> {
  const lines: string[] = []
  for (const name of names) lines.push(`${await checksumOf(join(folder, name))}  ${name}\n`)
  await writeFile(join(folder, CHECKSUMS), lines.join(''), { mode: 0o600, flush: true })
  return checksumOf(join(folder, CHECKSUMS))
}

/** The names in the list; rejects with a TypeError at the first file that is not what it was. */
export async function verifyChecksums(folder: string, checksum: string): Promise<readonly string[]> {
  const list = join(folder, CHECKSUMS)
  const damaged = (name: string, reason: string, cause?: unknown) =>
    new TypeError(`unable to use the backup ${folder}; ${name} ${reason}`, { cause })
  const found = await checksumOf(list).catch((cause: unknown) => {
    throw damaged(CHECKSUMS, 'is missing', cause)
  })
  if (found !== checksum) throw damaged(CHECKSUMS, 'has been changed')
  const names: string[] = []
  for (const line of (await readFile(list, 'utf8')).split('\n')) {
    if (line === '') continue
    const [expected, name = ''] = [line.slice(0, 64), line.slice(66)]
    const actual = await checksumOf(join(folder, name)).catch((cause: unknown) => {
      throw damaged(name, 'is missing', cause)
    })
    if (actual !== expected) throw damaged(name, 'has been changed')
    names.push(name)
  }
  return names
}
