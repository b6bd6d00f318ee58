// The keys with which a site's back end signs who a visitor is. Several at once, so that a key can be changed without a
// gap: add the new one, sign with it, remove the old one.

import { createPublicKey, randomBytes } from 'node:crypto'
import type { IdentityKey, Site } from '../store/store.ts'

/** The kid under which the key of tokens without a `kid` is listed and removed. */
export const FIRST_KID = 'first'

/** More than a rotation needs, and few enough to look through. */
const MAX_KEYS = 10

export interface NewIdentityKey {
  /** What tokens name it by. Default: made. */
  readonly kid?: string
  /** An Ed25519 public key as PEM: tokens are then EdDSA. Default: a fresh secret, and HS256. */
  readonly publicKey?: string
}

/** A key that fits the site. Throws a TypeError that says what does not. */
export function createIdentityKey(
  { id, identityKeys }: Pick<Site, 'id' | 'identityKeys'>,
  { kid = `k${randomBytes(4).toString('hex')}`, publicKey }: NewIdentityKey,
  now: number,
): IdentityKey {
  const refuse = (why: string) => new TypeError(`unable to add a key to the site ${id}; ${why}`)
  if (!/^[A-Za-z0-9._-]{1,40}$/.test(kid)) throw refuse('a kid has 1 to 40 of A-Z, a-z, 0-9, ".", "_" and "-"')
  if (kid === FIRST_KID || identityKeys.some((one) => one.kid === kid)) throw refuse(`the kid ${kid} is in use`)
  if (identityKeys.length >= MAX_KEYS) throw refuse(`it has ${MAX_KEYS}, so remove one first`)
  if (publicKey === undefined)
    return { kid, algorithm: 'HS256', key: randomBytes(32).toString('base64url'), createdAt: now }
  return { kid, algorithm: 'EdDSA', key: toEd25519(publicKey, refuse), createdAt: now }
}

function toEd25519(pem: string, refuse: (why: string) => TypeError): string {
  const right = 'a public key is Ed25519 in PEM, as printed by "openssl pkey -in key.pem -pubout"'
  if (!pem.includes('BEGIN PUBLIC KEY')) throw refuse(right)
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key.export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    throw refuse(right)
  }
  throw refuse(right)
}
