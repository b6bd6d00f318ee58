// The outbox: what was written on this device and is not yet in the log. It persists (`storage-queue.ts`), then emits;
// what it holds is shared by all tabs, and one of them drains it (`drain.ts`). It does not know what a thread looks like.

import type { Answer } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from '../connection/create-connection.ts'
import type { Environment } from '../environment.ts'
import { conversationOf, inOrder, type Aliases } from './batch.ts'
import { createDrain } from './drain.ts'
import { createStorageQueue } from './storage-queue.ts'
import { createTabLink } from './tab-link.ts'
import type { OutboxEntry, Storage } from './storage.ts'
import { PendopoError } from '../pendopo-error.ts'

export type Addressed = Pick<OutboxEntry, 'conversation' | 'command' | 'attachments'>

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

/** Where aliases are kept in storage. */
const ALIASES = 'aliases'

export function createOutbox(options: OutboxOptions): Outbox {
  const { environment } = options
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
  let isClosed = false
  let isLoaded = false
  let cancelRetry: (() => void) | null = null

  const lastPosition = () =>
    [...durable, ...volatile, ...writing].reduce((last, { position }) => Math.max(last, position), 0)

  function publish(): void {
    const alive = [...durable, ...volatile].filter(({ command }) => !done.has(command.id))
    $entries.set([...inOrder(alive), ...writing.filter(({ command }) => !done.has(command.id))])
    drain.wake()
  }

  const queue = createStorageQueue({
    ...environment,
    storage: options.storage,
    onAnswer(kind) {
      if (volatile.length === 0) $persistence.set(kind)
    },
  })

  function reload(): Promise<void> {
    return queue.run(
      'read',
      async (storage) => {
        const asked = queue.visitor()
        const [entries, kept] = [await storage.entries(), await storage.get(ALIASES)]
        if (asked !== queue.visitor()) return
        if (kept !== undefined) aliases = { ...parseAliases(kept), ...aliases }
        // Written, but never said so in time: this tab keeps it in memory, where its place among its own is.
        const own = new Set(volatile.map(({ command }) => command.id))
        durable = keepIdentity(
          entries.filter(({ command }) => !own.has(command.id)),
          durable,
        )
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
    const asked = queue.visitor()
    const provisional = commands.map((command, index) => ({ ...command, position: base + (index + 1) / 1_024 }))
    const ids = new Set(commands.map(({ command }) => command.id))
    for (const id of ids) done.delete(id)
    writing = [...writing, ...provisional]
    publish()
    await queue.run(
      'write',
      async (storage) => {
        // Behind something that is in memory only, everything is: the order within a tab comes first.
        if (volatile.length > 0) return keepInMemory(provisional)
        const entries = await storage.put(commands)
        // Wiped meanwhile, perhaps by another tab before this was written: it may not stay.
        if (asked !== queue.visitor()) return storage.remove(entries.map(({ position }) => position))
        // A retry has its command twice for a moment, and never not at all.
        const former = durable.filter(({ command }) => ids.has(command.id)).map(({ position }) => position)
        if (former.length > 0) await storage.remove(former)
        durable = [...durable.filter(({ command }) => !ids.has(command.id)), ...entries]
        finish()
        tabs.post({ type: 'changed' })
      },
      () => {
        if (asked === queue.visitor()) keepInMemory(provisional)
      },
    )
    if (asked !== queue.visitor()) throw new PendopoError('unavailable', 'unable to send; the visitor has logged out')
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
    return queue.run('remove', (storage) => storage.remove(positions))
  }

  const drain = createDrain({
    name: options.name,
    connection: options.connection,
    environment,
    entries: () => [...inOrder([...durable, ...volatile].filter(({ command }) => !done.has(command.id)))],
    refresh: reload,
    aliases: () => aliases,
    isAlone: () => volatile.length > 0,
    async acknowledge(ack) {
      const isRebound = ack.asked !== ack.conversation
      if (isRebound) aliases = { ...aliases, [ack.asked]: ack.conversation }
      for (const listener of ackListeners) listener(ack)
      // The alias first: a crash between the two leaves an opening that is answered again, never a lost address.
      if (isRebound) void queue.run('alias', (storage) => storage.set(ALIASES, JSON.stringify(aliases)))
      await remove(ack.stored.map(({ id }) => id))
      tabs.post({ type: 'acknowledged', ack: { ...ack, events: [] } })
    },
    async fail(entries, failure) {
      const ids = new Set(entries.map(({ command }) => command.id))
      const marked = (list: readonly OutboxEntry[]) =>
        list.map((entry) => (ids.has(entry.command.id) ? { ...entry, failure } : entry))
      durable = marked(durable)
      volatile = marked(volatile)
      publish()
      await queue.run('mark', (storage) => storage.replace(durable.filter(({ command }) => ids.has(command.id))))
      tabs.post({ type: 'changed' })
    },
    withdraw: remove,
  })

  function clear(): void {
    queue.forget()
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
      void queue.run('wipe', (storage) => (storage.kind === 'memory' ? storage.wipe() : storage.remove(positions)))
      if (positions.length > 0) void queue.done().then(() => tabs.post({ type: 'changed' }))
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
    check: () => void queue.run('look', async () => undefined),
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
      const cause = await queue.wipe()
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
      await queue.done()
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

/**
 * An entry that did not change stays the same object, and so does what is made of it. What is known to have failed has,
 * also where the device would not write that down.
 */
function keepIdentity(entries: readonly OutboxEntry[], former: readonly OutboxEntry[]): readonly OutboxEntry[] {
  const byPosition = new Map(former.map((entry) => [entry.position, entry]))
  return entries.map((entry) => {
    const known = byPosition.get(entry.position)
    return known?.command.id === entry.command.id && (known.failure ?? !entry.failure) ? known : entry
  })
}
