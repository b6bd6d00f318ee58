import type { RandomBytes } from '@pendopo/protocol'
import type { Clock } from './environment.ts'
import { inTime, StorageSilence } from './outbox/in-time.ts'
import type { Storage } from './outbox/storage.ts'

/** Where the token is kept. */
const TOKEN = 'token'
const TOKEN_BYTES = 32

/**
 * A device that only stumbles should not make its visitor somebody new: that many tries, a few seconds with their pauses.
 * One that does not answer at all has had its seconds.
 */
const TRIES = 4

export interface VisitorToken {
  /** The proof of an anonymous identity: made here, kept before it is first used, the same in all tabs. */
  load(): Promise<string>
  forget(): void
}

export interface VisitorTokenOptions {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly storage: () => Promise<Storage>
  /** The device keeps nothing: from now on `storage` must be one that does, for as long as the page lives. */
  readonly onGivenUp: () => void
}

export function createVisitorToken({ clock, random, storage, onGivenUp }: VisitorTokenOptions): VisitorToken {
  /** As storage last said it: it holds on when storage fails later. Another object for another visitor. */
  let visitor: { token?: string } = {}
  let failures = 0

  async function load(): Promise<string> {
    const asked = visitor
    try {
      asked.token = await inTime(clock, keep(toBase64Url(random(new Uint8Array(TOKEN_BYTES)))))
      return asked.token
    } catch (cause) {
      if (asked.token !== undefined) return asked.token
      if (!(cause instanceof StorageSilence) && ++failures < TRIES) throw cause
      onGivenUp()
      return load()
    }
  }

  async function keep(token: string): Promise<string> {
    const device = await storage()
    try {
      return await device.setOnce(TOKEN, token)
    } catch (cause) {
      // What cannot be written may still be read, and then it is known who this is.
      const kept = await device.get(TOKEN)
      if (kept === undefined) throw cause
      return kept
    }
  }

  return {
    load,
    forget() {
      visitor = {}
    },
  }
}

/** Whether this device has spoken to the site before. Leaves no trace; one that does not say is like one that knows nobody. */
export const hasToken = (storage: () => Promise<Storage>): Promise<boolean> =>
  storage()
    .then((open) => open.get(TOKEN))
    .then(
      (token) => token !== undefined,
      () => false,
    )

const toBase64Url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '')
