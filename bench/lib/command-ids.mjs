// Ids in the form of UUIDv7, made cheaply: a counter after the time and one random tail per maker. A client that spends
// its core on randomness measures itself.

import { randomBytes } from 'node:crypto'

/** Returns a function that makes ids nobody else makes. */
export function createIds() {
  const tail = randomBytes(6).toString('hex')
  let count = 0
  return () => {
    const time = Date.now().toString(16).padStart(12, '0')
    const number = (count++ % 0x4000000).toString(16).padStart(7, '0')
    const low = (0x8000 + (Number.parseInt(number.slice(3), 16) & 0x3fff)).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${number.slice(0, 3)}-${low}-${tail}`
  }
}
