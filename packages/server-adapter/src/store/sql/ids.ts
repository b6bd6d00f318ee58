// Ids as the database holds them: a UUID is 16 bytes, half the size of its text in rows and indexes. A lookup by
// something that is no UUID finds nothing; nothing that is no UUID is ever written (`toIdBytes` throws).

import { isUuid, type ActorRef } from '@pendopo/protocol'

/** The bytes of an id to write. */
export function toIdBytes(id: string): Buffer {
  if (!isUuid(id)) throw new TypeError(`unable to store the id ${JSON.stringify(id)}; it is not a UUID`)
  return toLookupBytes(id)
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
