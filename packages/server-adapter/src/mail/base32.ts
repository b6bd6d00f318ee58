// Bytes in the letters that mail systems leave alone: a-z and 2-7 (RFC 4648), whatever the case they come back in. A text
// stands for one sequence of bytes and no other text does.

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

export function toBase32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31] ?? ''
    held &= 0xff
  }
  return bits === 0 ? text : text + (LETTERS[(held << (5 - bits)) & 31] ?? '')
}

/** Exactly so many bytes, or null for any other text. */
export function fromBase32(text: string, length: number): Uint8Array | null {
  if (text.length !== Math.ceil((length * 8) / 5)) return null
  const bytes = new Uint8Array(length)
  let at = 0
  let bits = 0
  let held = 0
  for (const letter of text.toLowerCase()) {
    const value = LETTERS.indexOf(letter)
    if (value < 0) return null
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes[at] = (held >> bits) & 0xff
    at += 1
  }
  // What is left over is padding; anything in it would be a second text for the same bytes.
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null
}
