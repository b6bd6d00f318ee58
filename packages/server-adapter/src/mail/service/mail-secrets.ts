// What signs and hides, from one secret of the installation: reply addresses, links in mails, the passwords of mail servers.
// The secret is given, or made once and kept in the database; whoever has both the database and that has everything.

import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CellStore } from '../../store/cells.ts'
import { createReplyTokens, type ReplyTokens } from '../reply-token.ts'

export interface MailSecrets {
  readonly tokens: ReplyTokens
  /** Tells our own mail when it comes back. */
  readonly loopId: string
  /** Hides a text; the same text is hidden differently each time. */
  seal(text: string): string
  /** What was hidden, or `null` where it was hidden with another secret. */
  open(sealed: string): string | null
  /** A short proof for these words, for links. */
  sign(...words: readonly string[]): string
  isSigned(signature: string, ...words: readonly string[]): boolean
}

const SCOPE = 'secret'
const KEY = 'mail'
const SECRET_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

export async function loadMailSecrets(cells: CellStore, given: string | undefined): Promise<MailSecrets> {
  return createMailSecrets(given ?? (await keptSecret(cells)))
}

/** The same without making one: `null` where none is given and no server has run yet. */
export async function findMailSecrets(
  cells: Pick<CellStore, 'get'>,
  given: string | undefined,
): Promise<MailSecrets | null> {
  const secret = given ?? (await cells.get(SCOPE, KEY))
  return secret === null ? null : createMailSecrets(secret)
}

/** Two nodes that begin at the same time agree on the first. */
async function keptSecret(cells: CellStore): Promise<string> {
  const made = randomBytes(SECRET_BYTES).toString('base64url')
  if (await cells.swap(SCOPE, KEY, null, made)) return made
  const kept = await cells.get(SCOPE, KEY)
  if (kept === null) throw new Error('unable to keep the secret of the installation; the database has forgotten it')
  return kept
}

export function createMailSecrets(secret: string): MailSecrets {
  // One key for each use, so that what is made for one never holds for another.
  const keyFor = (use: string) => createHmac('sha256', secret).update(`pendopo ${use}`).digest()
  const [sealing, signing] = [keyFor('sealed settings'), keyFor('links')]
  const sign = (...words: readonly string[]) =>
    createHmac('sha256', signing).update(JSON.stringify(words)).digest('base64url').slice(0, 27)

  return {
    tokens: createReplyTokens(keyFor('reply addresses')),
    loopId: keyFor('loop').toString('hex').slice(0, 16),
    sign,
    isSigned(signature, ...words) {
      const [given, right] = [Buffer.from(signature), Buffer.from(sign(...words))]
      return given.length === right.length && timingSafeEqual(given, right)
    },
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce)
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE_BYTES))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
          'utf8',
        )
      } catch {
        return null
      }
    },
  }
}
