// UUIDv7 (RFC 9562): 48 bits of milliseconds, then randomness. The author of a command makes its id, so that a
// retry carries the same one; the time prefix keeps the database's unique index appending at its right edge.
// The id orders nothing: only the server's numbers do.

/** Fills the array with random bytes; `crypto.getRandomValues` in every runtime we support. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Makes a UUIDv7 in lower-case text form. `now` is milliseconds since 1970. */
export function uuidv7(now: number, randomBytes: RandomBytes): string {
  const bytes = randomBytes(new Uint8Array(16))
  for (let index = 0; index < 6; index++) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) % 256
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  let text = ''
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += '-'
    text += HEX[bytes[index] ?? 0]
  }
  return text
}

/** Lower-case UUID text of any version. */
export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether the value is a UUID in lower-case text form. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID_PATTERN.test(value)
}
