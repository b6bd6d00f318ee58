// Addresses that open a file for some minutes, for whoever has them: an `<img>` can carry neither a token nor, on somebody
// else's page, a cookie. Each file has a secret of its own in the database, so that every node can check, and a file that
// is deleted takes its addresses along.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { StoredFile } from '../store/store.ts'

export interface FileUrls {
  /** The address of a file, below the server's base or of the origin that files have. */
  of(file: StoredFile): string
  /** For at least how long it holds. */
  readonly holdsMs: number
  isValid(file: StoredFile, expires: string | undefined, signature: string | undefined): boolean
}

interface Needs {
  /** Where files are, if not with everything else: `https://files.example.com` and the base path. */
  readonly base: string | undefined
  /** An address holds for at most this long. */
  readonly longestMs: number
  readonly now: () => number
}

export function createFileUrls({ base, longestMs, now }: Needs): FileUrls {
  const sign = ({ attachment, secret }: StoredFile, expires: string): string =>
    createHmac('sha256', secret).update(`${attachment.id}.${expires}`).digest('base64url')
  // The same address for a while, so that a browser that shows a picture again has it.
  const step = longestMs / 2

  return {
    holdsMs: step,
    of(file) {
      const expires = String((Math.floor(now() / step) + 2) * step)
      const path = `files/${file.attachment.id}?expires=${expires}&signature=${sign(file, expires)}`
      return base === undefined ? path : `${base}/${path}`
    },
    isValid(file, expires = '', signature = '') {
      const [right, given] = [Buffer.from(sign(file, expires)), Buffer.from(signature)]
      return right.length === given.length && timingSafeEqual(right, given) && Number(expires) > now()
    },
  }
}
