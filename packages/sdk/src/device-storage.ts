// What this device keeps for one site, and the one verdict on it: storage that does not open in time, or is given up, is
// replaced by memory for as long as the page lives, for everybody who asks. It does not know what is kept.

import type { Environment } from './environment.ts'
import { inTime } from './outbox/in-time.ts'
import { createMemoryStorage } from './outbox/memory-storage.ts'
import type { Storage } from './outbox/storage.ts'

/** A cold database on a slow phone opens in a second or two; a first message should not wait for longer. */
const OPEN_TIMEOUT_MS = 3_000

export interface DeviceStorage {
  /** Opens it the first time. */
  open(): Promise<Storage>
  /** From now on it is memory. */
  giveUp(): void
  close(): Promise<void>
}

export function createDeviceStorage({
  storage,
  clock,
  log,
  name,
}: Pick<Environment, 'storage' | 'clock' | 'log'> & { readonly name: string }): DeviceStorage {
  let opened: Promise<Storage> | undefined

  function giveUp(): Promise<Storage> {
    log('storage.given-up')
    return (opened = Promise.resolve(createMemoryStorage()))
  }

  return {
    open: () => (opened ??= inTime(clock, storage(name), OPEN_TIMEOUT_MS).catch(giveUp)),
    giveUp: () => void giveUp(),
    async close() {
      const device = await opened
      device?.close()
    },
  }
}
