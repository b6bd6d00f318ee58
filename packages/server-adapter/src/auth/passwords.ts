// Passwords as scrypt hashes, on libuv's threads. The parameters stand in the hash, so that raising them leaves old
// hashes readable.

import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/** OWASP's N=2^15, r=8, p=3: 32 MB and some 200 ms of one thread. */
const COST: Cost = { logN: 15, r: 8, p: 3 }
const KEY_BYTES = 32
const SALT_BYTES = 16

export interface Cost {
  readonly logN: number
  readonly r: number
  readonly p: number
}

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long whether or not there is a hash to compare with, so that nobody learns which accounts exist. */
  verify(password: string, hash: string | null): Promise<boolean>
}

export function createPasswords(cost: Cost = COST): Passwords {
  // What an unknown account is compared with; no password leads to 32 zero bytes.
  const nobody = write(cost, Buffer.alloc(SALT_BYTES), Buffer.alloc(KEY_BYTES))
  return {
    hash: async (password) => {
      const salt = randomBytes(SALT_BYTES)
      return write(cost, salt, await derive(password, salt, cost))
    },
    verify: async (password, hash) => {
      const stored = read(hash ?? nobody) ?? read(nobody)
      if (stored === undefined) return false
      const key = await derive(password, stored.salt, stored.cost)
      return timingSafeEqual(key, stored.key) && hash !== null
    },
  }
}

const write = ({ logN, r, p }: Cost, salt: Buffer, key: Buffer) =>
  ['scrypt', logN, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')

function read(hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly key: Buffer } | undefined {
  const [name, logN, r, p, salt = '', key = ''] = hash.split('$')
  const bytes = Buffer.from(key, 'base64url')
  if (name !== 'scrypt' || bytes.length !== KEY_BYTES) return undefined
  return { cost: { logN: Number(logN), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64url'), key: bytes }
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN
  // Node refuses above 32 MB unless told; twice what these parameters take.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

/** A password for people to copy once: 20 characters without look-alikes, 116 bits. */
export function generatePassword(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  let password = ''
  while (password.length < 20) {
    for (const byte of randomBytes(32)) {
      // 224 is the last multiple of the alphabet's 56 letters below 256: no letter is likelier than another.
      if (byte < 224 && password.length < 20) password += alphabet[byte % alphabet.length] ?? ''
    }
  }
  return password
}
