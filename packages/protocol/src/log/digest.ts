import { quoted, recordJson } from '../json-text.ts'
import type { Command } from '../schemas/commands.ts'

/**
 * A short fingerprint of what a command says, so that a repeat of its id with another body is noticed. 53 bits: it
 * guards an author against their own mistakes, not against an attacker (another identity is refused before).
 */
export function digestOf(command: Pick<Command, 'kind' | 'data'>): number {
  const text = `[${quoted(command.kind)},${recordJson(command.data)}]`
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    high = Math.imul(high ^ unit, 2654435761)
    low = Math.imul(low ^ unit, 1597334677)
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  return 4294967296 * (2097151 & low) + (high >>> 0)
}
