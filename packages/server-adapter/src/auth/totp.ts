// Codes of an authenticator app: RFC 6238 with what every app knows (SHA-1, six digits, thirty seconds), over HOTP
// (RFC 4226). The secret is base32 (RFC 4648), as apps ask for it when it is typed.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6
/** 160 bits, as RFC 4226 asks for. */
const SECRET_BYTES = 20
/** Steps before and after: the clocks of telephones are some seconds off, and typing takes a while. */
const DRIFT = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret, 32 letters and digits. */
export const createTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES))

/** The code of a step of thirty seconds since 1970. */
export function totpAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hmac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = (hmac.at(-1) ?? 0) & 0x0f
  const number = (hmac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}

/** The step whose code this is, of those that may be meant now; `null` where it is none. */
export function totpStepOf(secret: string, code: string, now: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const present = Math.floor(now / STEP_MS)
  let found: number | null = null
  for (let step = present - DRIFT; step <= present + DRIFT; step++) {
    if (timingSafeEqual(Buffer.from(totpAt(secret, step)), Buffer.from(code))) found = step
  }
  return found
}

/** What an app reads from a link or a QR code. */
export function toTotpUri(secret: string, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}

/** `bytes` are a multiple of five: no padding. */
export function toBase32(bytes: Buffer): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)] ?? '').join('')
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}
