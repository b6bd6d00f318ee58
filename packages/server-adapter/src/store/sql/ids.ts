// Ids as the database holds them: a UUID is 16 bytes, half the size of its text in rows and indexes. A lookup by
// something that is no UUID finds nothing; nothing that is no UUID is ever written (`toIdBytes` throws).

import type { ActorRef } from '@pendopo/protocol'

const UUID_LENGTH = 36
const NO_DIGIT = 0xff
/** The value of each lower-case hexadecimal digit, by its character code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return value === -1 ? NO_DIGIT : value
})
/** Where in the text of a UUID its bytes stand. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
const HYPHENS = [8, 13, 18, 23]

/** The bytes of an id to write. Read digit by digit: with every message, and a third of what slicing it would take. */
export function toIdBytes(id: string): Buffer {
  const bytes = Buffer.allocUnsafe(PLACES.length)
  let seen = 0
  for (let index = 0; index < PLACES.length; index++) {
    const place = PLACES[index] ?? 0
    const high = DIGITS[id.charCodeAt(place)] ?? NO_DIGIT
    const low = DIGITS[id.charCodeAt(place + 1)] ?? NO_DIGIT
    seen |= high | low
    bytes[index] = (high << 4) | low
  }
  if (seen > 0xf || id.length !== UUID_LENGTH || HYPHENS.some((place) => id[place] !== '-'))
    throw new TypeError(`unable to store the id ${JSON.stringify(id)}; it is not a UUID`)
  return bytes
}

/** Ids remembered with their bytes: an actor's is needed with every message. */
const REMEMBERED_IDS = 8_192

/** `toIdBytes` for the message path. */
export function createIdBytes(): (id: string) => Buffer {
  const remembered = new Map<string, Buffer>()
  return (id) => {
    let bytes = remembered.get(id)
    if (bytes === undefined) {
      bytes = toIdBytes(id)
      if (remembered.size >= REMEMBERED_IDS) remembered.clear()
      remembered.set(id, bytes)
    }
    return bytes
  }
}

/** The bytes of an id to look for; what is no UUID gives bytes that no row has. */
export function toLookupBytes(id: string): Buffer {
  return Buffer.from(id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24), 'hex')
}

/** The text form of a stored id. */
export function toIdText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const ACTOR_KINDS = ['visitor', 'agent', 'system'] as const

/** Actors' kinds are stored as their position; a kind is never removed or moved. */
export const toActorCode = (kind: ActorRef['kind']): number => ACTOR_KINDS.indexOf(kind)

/** People have UUIDs; a system actor has a name, stored as UTF-8. */
export function toActor(code: number, bytes: Buffer): ActorRef {
  const kind = ACTOR_KINDS[code] ?? 'system'
  return { kind, id: kind === 'system' ? bytes.toString() : toIdText(bytes) }
}
