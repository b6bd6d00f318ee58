// A mail's bytes before they are parsed: what storing and carrying them does to line ends and first lines is undone, and
// the body is known by its hash.

import { createHash } from 'node:crypto'

const LF = 0x0a
const CR = 0x0d
const MOST_LOOKED_AT = 64 * 1024

/** Bytes as the parser expects them: with line feeds, and without the `From ` line that mailbox files put first. */
export function tidyBytes(bytes: Uint8Array): Uint8Array {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MOST_LOOKED_AT))
  // Lines ended by CR alone, as old programs stored them.
  const tidy = head.includes(CR) && !head.includes(LF) ? bytes.map((byte) => (byte === CR ? LF : byte)) : bytes
  if (!startsWith(tidy, 'From ') && !startsWith(tidy, '>From ')) return tidy
  const end = tidy.indexOf(LF)
  return end < 0 ? tidy : tidy.subarray(end + 1)
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((letter, at) => bytes[at] === letter.charCodeAt(0))

/** 25 MB of attachments in base64 are 340,000 lines. */
const MOST_LINES = 400_000
/** Lines that begin like a boundary; a patch of a large program has some thousands. */
const MOST_BOUNDARIES = 20_000
const DASH = 0x2d

/** Whether a mail is made of more lines or parts than anybody sends: each costs the parser, however short it is. */
export function hasTooManyLines(bytes: Uint8Array): boolean {
  let lines = 0
  let boundaries = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    lines += 1
    if (bytes[at + 1] === DASH && bytes[at + 2] === DASH) boundaries += 1
    if (lines > MOST_LINES || boundaries > MOST_BOUNDARIES) return true
  }
  return false
}

/** SHA-256 of what follows the head, with line feeds and without empty lines at its end. */
export function hashBody(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const start = bodyStart(buffer)
  const hash = createHash('sha256')
  let end = buffer.length
  while (end > start && (buffer[end - 1] === LF || buffer[end - 1] === CR)) end -= 1
  let from = start
  for (;;) {
    const at = buffer.indexOf('\r\n', from, 'latin1')
    if (at < 0 || at >= end) break
    hash.update(buffer.subarray(from, at)).update('\n')
    from = at + 2
  }
  return hash.update(buffer.subarray(from, Math.max(from, end))).digest('hex')
}

function bodyStart(buffer: Buffer): number {
  const ends = ['\r\n\r\n', '\n\n'].flatMap((end) => {
    const at = buffer.indexOf(end, 0, 'latin1')
    return at < 0 ? [] : [at + end.length]
  })
  return ends.length === 0 ? buffer.length : Math.min(...ends)
}
