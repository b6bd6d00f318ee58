// A browser with several tabs, as far as this package can tell: one storage, one lock manager, one set of channels.
// What a tab crash, a frozen tab or a failing disk do is asked for by name.

import type { Attention, Clock, Environment, Leadership, TabChannel } from '../environment.ts'
import type { Transport, TransportConnection } from '../connection/transport.ts'
import { SYSTEM_CLOCK } from '../environment/system-clock.ts'
import { createMemoryStorage } from '../outbox/memory-storage.ts'
import type { Storage } from '../outbox/storage.ts'
import { createRandom } from './random.ts'

export interface TestTab extends Environment {
  setVisible(isVisible: boolean): void
  setOnline(isOnline: boolean): void
  /** As if it was closed or crashed: its locks are passed on, its channels are deaf. */
  crash(): void
}

export interface TestDevice {
  readonly storage: Storage
  tab(): TestTab
  /** From now on storage rejects, until called with `false`. */
  failsStorage(fails?: boolean): void
  /** From now on nothing that storage is asked for is ever answered, nor its opening, until called with `false`. */
  hangsStorage(hangs?: boolean): void
  /** From now on storage takes nothing new (its quota is used up), until called with `false`. */
  fillsStorage(isFull?: boolean): void
  /** From now on storage does what it is asked for and never says so, until called with `false`. */
  mutesStorage(isMute?: boolean): void
  /** How often a tab has opened storage. */
  readonly openings: () => number
}

export interface TestDeviceOptions {
  readonly transport: Transport
  readonly clock?: Clock
  readonly seed?: number
  readonly log?: Environment['log']
}

export function createTestDevice({
  transport,
  clock = SYSTEM_CLOCK,
  seed = 1,
  log = () => undefined,
}: TestDeviceOptions): TestDevice {
  const random = createRandom(seed)
  const memory = createMemoryStorage()
  const channels = new Map<string, Set<(message: string) => void>>()
  const locks = new Map<string, (() => void)[]>()
  let fails = false
  let hangs = false
  let isFull = false
  let isMute = false
  let openings = 0

  const guarded =
    <Arguments extends unknown[], Result>(work: (...values: Arguments) => Promise<Result>) =>
    async (...values: Arguments): Promise<Result> => {
      if (hangs) return new Promise<never>(() => undefined)
      if (fails) throw new Error('the disk does not answer as it should')
      const result = work(...values)
      return isMute ? new Promise<never>(() => undefined) : result
    }
  const writing =
    <Arguments extends unknown[], Result>(work: (...values: Arguments) => Promise<Result>) =>
    async (...values: Arguments): Promise<Result> => {
      if (isFull) throw new Error('the quota is used up')
      return work(...values)
    }
  const storage: Storage = {
    kind: 'indexeddb',
    entries: guarded(memory.entries),
    put: guarded(writing(memory.put)),
    replace: guarded(writing(memory.replace)),
    remove: guarded(memory.remove),
    get: guarded(memory.get),
    set: guarded(writing(memory.set)),
    setOnce: guarded(writing(memory.setOnce)),
    wipe: guarded(memory.wipe),
    close: memory.close,
  }

  function acquire(name: string, onLead: () => void): () => void {
    const queue = locks.get(name) ?? []
    locks.set(name, queue)
    queue.push(onLead)
    if (queue.length === 1) clock.after(0, () => queue[0] === onLead && onLead())
    return () => {
      const index = queue.indexOf(onLead)
      if (index === -1) return
      queue.splice(index, 1)
      const next = queue[0]
      if (index === 0 && next !== undefined) clock.after(0, () => queue[0] === next && next())
    }
  }

  function openChannel(name: string): TabChannel {
    const listeners = channels.get(name) ?? new Set()
    channels.set(name, listeners)
    const own = new Set<(message: string) => void>()
    return {
      post(message) {
        for (const listener of listeners)
          if (!own.has(listener)) clock.after(0, () => listeners.has(listener) && listener(message))
      },
      onMessage(callback) {
        // A listener of its own, so that the same callback in two tabs is two.
        const listener = (message: string) => callback(message)
        own.add(listener)
        listeners.add(listener)
        return () => {
          own.delete(listener)
          listeners.delete(listener)
        }
      },
      close() {
        for (const listener of own) listeners.delete(listener)
      },
    }
  }

  return {
    storage,
    failsStorage: (failing = true) => void (fails = failing),
    hangsStorage: (hanging = true) => void (hangs = hanging),
    fillsStorage: (full = true) => void (isFull = full),
    mutesStorage: (mute = true) => void (isMute = mute),
    openings: () => openings,
    tab() {
      const releases = new Set<() => void>()
      const open = new Set<TabChannel>()
      const watchers = new Set<() => void>()
      const connections = new Set<TransportConnection>()
      let isDead = false
      let isVisible = true
      let isOnline = true
      const leadership: Leadership = {
        acquire(name, onLead) {
          const release = acquire(name, onLead)
          releases.add(release)
          return release
        },
      }
      const attention: Attention = {
        isVisible: () => isVisible,
        isOnline: () => isOnline,
        onChange(callback) {
          watchers.add(callback)
          return () => void watchers.delete(callback)
        },
      }
      // What has crashed does nothing any more: no timer, no packet, no write that had not begun.
      const ownClock: Clock = { now: clock.now, after: (ms, callback) => clock.after(ms, () => isDead || callback()) }
      const ownTransport: Transport = {
        connect(target, handlers) {
          const connection = transport.connect(target, {
            onUp: () => isDead || handlers.onUp(),
            onPacket: (name, packet) => isDead || handlers.onPacket(name, packet),
            onDown: (why) => isDead || handlers.onDown(why),
          })
          connections.add(connection)
          return connection
        },
      }
      const alive =
        <Arguments extends unknown[], Result>(work: (...values: Arguments) => Promise<Result>) =>
        (...values: Arguments): Promise<Result> =>
          isDead ? new Promise<never>(() => undefined) : work(...values)
      const ownStorage: Storage = {
        ...storage,
        entries: alive(storage.entries),
        put: alive(storage.put),
        replace: alive(storage.replace),
        remove: alive(storage.remove),
        get: alive(storage.get),
        set: alive(storage.set),
        setOnce: alive(storage.setOnce),
        wipe: alive(storage.wipe),
      }
      const tell = () => watchers.forEach((watcher) => watcher())
      return {
        clock: ownClock,
        random: random.bytes,
        fraction: random.fraction,
        transport: ownTransport,
        storage() {
          openings++
          return hangs ? new Promise(() => undefined) : Promise.resolve(ownStorage)
        },
        attention,
        leadership,
        tabs(name) {
          const channel = openChannel(name)
          open.add(channel)
          return channel
        },
        fetch: () => Promise.reject(new TypeError('this test has no network')),
        log,
        setVisible(visible) {
          isVisible = visible
          tell()
        },
        setOnline(online) {
          isOnline = online
          tell()
        },
        crash() {
          isDead = true
          for (const connection of connections) connection.close()
          for (const release of releases) release()
          for (const channel of open) channel.close()
        },
      }
    },
  }
}

/** One tab on a device of its own. */
export const createTestEnvironment = (options: TestDeviceOptions): TestTab => createTestDevice(options).tab()
