// What the two sides of the mail reader's thread say to each other.

import type { MailReading } from './parsed-mail.ts'

export interface ReadingAsked {
  readonly id: number
  readonly bytes: Uint8Array
}

export interface ReadingDone {
  readonly id: number
  readonly reading: MailReading
}

/** The memory that may move to the other side instead of being copied: attachments that have it for themselves. */
export function buffersOf(reading: MailReading): ArrayBuffer[] {
  if (reading.kind === 'unreadable') return []
  const own = reading.mail.attachments.flatMap(({ bytes }) =>
    bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [],
  )
  return [...new Set(own)]
}
