import type { RandomBytes } from '@pendopo/protocol'
import type { Storage } from './outbox/storage.ts'

/** Where the token is kept. */
const TOKEN = 'token'
const TOKEN_BYTES = 32

/** The proof of an anonymous identity: made here, kept before it is first used, the same in all tabs. */
export function loadToken(storage: Storage, random: RandomBytes): Promise<string> {
  return storage.setOnce(TOKEN, toBase64Url(random(new Uint8Array(TOKEN_BYTES))))
}

/** Whether this device has spoken to the site before. Leaves no trace. */
export async function hasToken(storage: Storage): Promise<boolean> {
  return (await storage.get(TOKEN)) !== undefined
}

const toBase64Url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '')
