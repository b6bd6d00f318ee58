// The outbox: what was written on this device and is not yet in the log. It persists, then emits; what it holds is
// shared by all tabs, and one of them drains it (`drain.ts`). It does not know what a thread looks like.

import type { Answer } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import { conversationOf, inOrder, type Aliases } from './batch.ts'
import { createDrain } from './drain.ts'
import { inTime } from './in-time.ts'
import { createTabLink } from './tab-link.ts'
import type { OutboxEntry, Storage } from './storage.ts'
import { PendopoError } from '../pendopo-error.ts'

export type Addressed = Pick<OutboxEntry, 'conversation' | 'command'>

/** Commands the server has stored, as one of this browser's tabs learnt it. */
export interface Acknowledged {
  /** The conversation they were addressed to, and the one they are in. */
  readonly asked: string
  readonly conversation: string
  /** Its log number and time, where the event is visible to us. */
  readonly stored: readonly { readonly id: string; readonly n: number | null; readonly at: number | null }[]
  /** What they appended; empty where another tab sent them. */
  readonly events: Answer<'commands'>['events']
}

export interface Outbox {
  /** Everything not acknowledged, in sending order: the durable, then what is still being written. */
  readonly $entries: ReadableAtom<readonly OutboxEntry[]>
  readonly $persistence: ReadableAtom<'indexeddb' | 'memory'>
  /** Reads what is there already; `add` does so by itself. */
  load(): Promise<void>
  /** Looks again what kind of storage it has. */
  check(): void
  /** Puts commands in one transaction; resolves when they are safe on this device. They show in `$entries` at once. */
  add(commands: readonly Addressed[]): Promise<void>
  /** Forgets commands: withdrawn, or known from elsewhere to be stored. */
  forget(ids: readonly string[]): Promise<void>
  /** The conversation an id stands for, now. */
  resolve(conversation: string): string
  onAck(listener: (ack: Acknowledged) => void): () => void
  /**
   * Deletes everything this device keeps, the token too, and tells the other tabs: what was still to be written is not.
   * Rejects with `unavailable` where storage keeps refusing.
   */
  wipe(): Promise<void>
  /** Another tab did. */
  onWiped(listener: () => void): () => void
  /** Resolves when what was being written is written. */
  close(): Promise<void>
}

export interface OutboxOptions {
  /** Tells this outbox from others on the device. */
  readonly name: string
  readonly storage: () => Promise<Storage>
  readonly connection: Pick<Connection<unknown>, 'request' | 'isOnline' | 'onOnline' | 'connect'>
  readonly environment: Pick<Environment, 'clock' | 'fraction' | 'attention' | 'leadership' | 'tabs' | 'log'>
}

/** What could not be read is read again: unsent messages of an earlier visit may be in it. */
const STORAGE_RETRY_MS = 5_000

/** Deleting is asked for that often: a database that is busy now may not be in a second. */
const WIPE_TRIES = 4
const WIPE_RETRY_MS = 500

const NOTHING = (): void => undefined

/** Where aliases are kept in storage. */
const ALIASES = 'aliases'

export function createOutbox(options: OutboxOptions): Outbox {
  const { environment } = options
  const { log } = environment
  const $entries = atom<readonly OutboxEntry[]>([])
  const $persistence = atom<'indexeddb' | 'memory'>('indexeddb')
  const ackListeners = new Set<(ack: Acknowledged) => void>()
  const wipedListeners = new Set<() => void>()
  const tabs = createTabLink(environment.tabs, options.name)

  let aliases: Aliases = {}
  let durable: readonly OutboxEntry[] = []
  /** What storage would not take: kept in this tab's memory, so drained by this tab. */
  let volatile: readonly OutboxEntry[] = []
  let writing: readonly OutboxEntry[] = []
  /** Ids that are done with; a removal that failed, or a slow read, must not bring them back. */
  const done = new Set<string>()
  /** Counts who was wiped: what was queued for a former one is not carried out any more. */
  let visitor = 0
  let isClosed = false
  let isLoaded = false
  let cancelRetry: (() => void) | null = null
  /** All work on storage, one after the other: what was sent first is written first. */
  let tail: Promise<unknown> = Promise.resolve()

  const lastPosition = () =>
    [...durable, ...volatile, ...writing].reduce((last, { position }) => Math.max(last, position), 0)

  function publish(): void {
    const alive = [...durable, ...volatile].filter(({ command }) => !done.has(command.id))
    $entries.set([...inOrder(alive), ...writing.filter(({ command }) => !done.has(command.id))])
    drain.wake()
  }

  async function onDevice<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await inTime(environment.clock, options.storage())
    const result = await inTime(environment.clock, work(storage))
    if (volatile.length === 0) $persistence.set(storage.kind)
    return result
  }

  /** Queues work on storage. Its failure is logged and answered with `fallback`; so is what a wipe has overtaken. */
  function onStorage(what: string, work: (storage: Storage) => Promise<unknown>, fallback = NOTHING): Promise<void> {
    const asked = visitor
    const next = tail.then(async () => {
      try {
        if (asked !== visitor) return fallback()
        await onDevice(work)
      } catch (cause) {
        log('outbox.storage-failed', { what, cause: String(cause) })
        return fallback()
      }
    })
    tail = next
    return next
  }

  function reload(): Promise<void> {
    return onStorage(
      'read',
      async (storage) => {
        const asked = visitor
        const [entries, kept] = [await storage.entries(), await storage.get(ALIASES)]
        if (asked !== visitor) return
        if (kept !== undefined) aliases = { ...parseAliases(kept), ...aliases }
        durable = keepIdentity(entries, durable)
        isLoaded = true
        publish()
      },
      () => {
        cancelRetry?.()
        if (!isClosed) cancelRetry = environment.clock.after(STORAGE_RETRY_MS, () => void reload())
      },
    )
  }

  async function put(commands: readonly Addressed[]): Promise<void> {
    const base = lastPosition()
    const asked = visitor
    const provisional = commands.map((command, index) => ({ ...command, position: base + (index + 1) / 1_024 }))
    const ids = new Set(commands.map(({ command }) => command.id))
    for (const id of ids) done.delete(id)
    writing = [...writing, ...provisional]
    publish()
    await onStorage(
      'write',
      async (storage) => {
        // Behind something that is in memory only, everything is: the order within a tab comes first.
        if (volatile.length > 0) return keepInMemory(provisional)
        const entries = await storage.put(commands)
        // Wiped meanwhile, perhaps by another tab before this was written: it may not stay.
        if (asked !== visitor) return storage.remove(entries.map(({ position }) => position))
        // A retry has its command twice for a moment, and never not at all.
        const former = durable.filter(({ command }) => ids.has(command.id)).map(({ position }) => position)
        if (former.length > 0) await storage.remove(former)
        durable = [...durable.filter(({ command }) => !ids.has(command.id)), ...entries]
        finish()
        tabs.post({ type: 'changed' })
      },
      () => {
        if (asked === visitor) keepInMemory(provisional)
      },
    )
    if (asked !== visitor) throw new PendopoError('unavailable', 'unable to send; the visitor has logged out')
    function finish(): void {
      writing = writing.filter(({ command }) => !ids.has(command.id))
      publish()
    }
    function keepInMemory(entries: readonly OutboxEntry[]): void {
      const after = [...durable, ...volatile].reduce((last, { position }) => Math.max(last, position), 0)
      volatile = [...volatile, ...entries.map((entry, index) => ({ ...entry, position: after + (index + 1) / 1_024 }))]
      $persistence.set('memory')
      finish()
    }
  }

  /** Takes commands out of everything; the removal from storage may fail, `done` keeps them out. */
  function remove(ids: readonly string[]): Promise<void> {
    const gone = new Set(ids)
    for (const id of ids) done.add(id)
    const positions = durable.filter(({ command }) => gone.has(command.id)).map(({ position }) => position)
    durable = durable.filter(({ command }) => !gone.has(command.id))
    volatile = volatile.filter(({ command }) => !gone.has(command.id))
    publish()
    if (positions.length === 0) return Promise.resolve()
    return onStorage('remove', (storage) => storage.remove(positions))
  }

  const drain = createDrain({
    name: options.name,
    connection: options.connection,
    environment,
    entries: () => [...inOrder([...durable, ...volatile].filter(({ command }) => !done.has(command.id)))],
    aliases: () => aliases,
    isAlone: () => volatile.length > 0,
    async acknowledge(ack) {
      const isRebound = ack.asked !== ack.conversation
      if (isRebound) aliases = { ...aliases, [ack.asked]: ack.conversation }
      for (const listener of ackListeners) listener(ack)
      // The alias first: a crash between the two leaves an opening that is answered again, never a lost address.
      if (isRebound) void onStorage('alias', (storage) => storage.set(ALIASES, JSON.stringify(aliases)))
      await remove(ack.stored.map(({ id }) => id))
      tabs.post({ type: 'acknowledged', ack: { ...ack, events: [] } })
    },
    async fail(entries, failure) {
      const failed = entries.map((entry) => ({ ...entry, failure }))
      const byId = new Map(failed.map((entry) => [entry.command.id, entry]))
      const marked = (list: readonly OutboxEntry[]) => list.map((entry) => byId.get(entry.command.id) ?? entry)
      const stored = durable.filter(({ command }) => byId.has(command.id)).map((entry) => ({ ...entry, failure }))
      durable = marked(durable)
      volatile = marked(volatile)
      publish()
      await onStorage('mark', (storage) => storage.replace(stored))
      tabs.post({ type: 'changed' })
    },
    withdraw: remove,
  })

  function clear(): void {
    visitor++
    for (const { command } of $entries.get()) done.add(command.id)
    aliases = {}
    durable = volatile = writing = []
    publish()
  }

  const stopListening = tabs.onMessage((message) => {
    if (message.type === 'wiped') {
      const positions = durable.map(({ position }) => position)
      clear()
      // What the tabs share is empty by now; what is this tab's alone is not, nor what it wrote before it heard.
      void onStorage('wipe', (storage) => (storage.kind === 'memory' ? storage.wipe() : storage.remove(positions)))
      if (positions.length > 0) void tail.then(() => tabs.post({ type: 'changed' }))
      for (const listener of wipedListeners) listener()
      return
    }
    if (message.type === 'acknowledged') {
      const { ack } = message
      if (ack.asked !== ack.conversation) aliases = { ...aliases, [ack.asked]: ack.conversation }
      for (const { id } of ack.stored) done.add(id)
      for (const listener of ackListeners) listener(ack)
    }
    // A tab that has not looked yet will find it when it does.
    if (isLoaded) void reload()
  })

  let loading: Promise<void> | null = null
  const load = () => (loading ??= reload())

  return {
    $entries,
    $persistence,
    load,
    check: () => void onStorage('look', async () => undefined),
    async add(commands) {
      options.connection.connect()
      void load()
      await put(commands)
    },
    async forget(ids) {
      const known = ids.filter((id) => $entries.get().some(({ command }) => command.id === id))
      if (known.length === 0) return
      await remove(known)
      tabs.post({ type: 'changed' })
    },
    resolve: (conversation) => conversationOf({ conversation }, aliases),
    onAck(listener) {
      ackListeners.add(listener)
      return () => void ackListeners.delete(listener)
    },
    async wipe() {
      clear()
      // In one piece: what somebody else writes next waits behind it.
      const wiping = tail.then(async () => {
        for (let tries = 1; ; tries++) {
          try {
            return await onDevice((storage) => storage.wipe())
          } catch (cause) {
            if (tries === WIPE_TRIES) return cause
            await new Promise<void>((resolve) => environment.clock.after(WIPE_RETRY_MS, resolve))
          }
        }
      })
      tail = wiping
      const cause = await wiping
      tabs.post({ type: 'wiped' })
      if (cause !== undefined) throw new PendopoError('unavailable', 'unable to log out; storage refuses', { cause })
    },
    onWiped(listener) {
      wipedListeners.add(listener)
      return () => void wipedListeners.delete(listener)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      cancelRetry?.()
      stopListening()
      tabs.close()
      drain.close()
      ackListeners.clear()
      await tail
    },
  }
}

/** Our own writing, read back: what is not a record of strings is of a future build and ignored. */
function parseAliases(text: string): Aliases {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/** An entry that did not change stays the same object, and so does what is made of it. */
function keepIdentity(entries: readonly OutboxEntry[], former: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const byPosition = new Map(former.map((entry) => [entry.position, entry]))
  return entries.map((entry) => {
    const known = byPosition.get(entry.position)
    return known?.command.id === entry.command.id && known.failure?.code === entry.failure?.code ? known : entry
  })
}
