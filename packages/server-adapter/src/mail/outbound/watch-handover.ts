import { Readable } from 'node:stream'

/** How far a mail has come on its way to the server. */
export interface Handover {
  isWhole: boolean
}

/**
 * Passes a mail on and notes when the last of it was taken. nodemailer reads it only after the server has said that it will
 * take it, so that a connection lost earlier has certainly sent nothing.
 */
export function watchHandover(mail: Readable, handover: Handover): Readable {
  async function* pass(): AsyncGenerator<Buffer> {
    for await (const chunk of mail) yield chunk
    handover.isWhole = true
  }
  return Readable.from(pass(), { objectMode: false })
}
