import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import type { ConversationState } from '@pendopo/protocol'
import { afterAll, describe, expect, test } from 'vitest'
import { testStore } from '../../testing/store-contract.ts'
import {
  createHand,
  createStandingClock,
  newAgent,
  newVisitor,
  postCommand,
} from '../../testing/store-contract/fixture.ts'
import type { OpenStore } from '../../testing/store-contract/fixture.ts'
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts'
import { StoreError } from '../store-error.ts'
import type { Append, Store } from '../store.ts'
import { createAppendWriter } from './append-text.ts'
import { connectStore, type RemoteStore } from './remote-store.ts'
import { serveStore } from './serve-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'pendopo-thread-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

/** Both sides of the port in this thread: everything crosses as it does between threads. */
function behindPort(local: Store): RemoteStore {
  const { port1, port2 } = new MessageChannel()
  serveStore(local, port1)
  const store = connectStore(port2)
  const close = async () => {
    await store.close()
    port2.close()
  }
  return { ...store, close }
}

const openLocal: OpenStore = (options) => openSqliteStore({ path: join(folder, `${(files += 1)}.db`), ...options })

testStore('SQLite behind a port', async (options) => behindPort(await openLocal(options)))

function stateOf({ stream }: Append): ConversationState {
  if (stream.kind !== 'conversation' || stream.state === null) throw new TypeError('unable to test; no conversation')
  return stream.state
}

describe('a store behind a port', () => {
  async function open(wrap: (store: Store) => Store = (store) => store) {
    const clock = createStandingClock()
    const store = behindPort(wrap(await openLocal({ readers: [], now: clock.now })))
    return createHand(store, clock)
  }

  test('[ST25] the far side folds what the near side has decided', async () => {
    const appended: (readonly Append[])[] = []
    const { store, workspace, conversation, submit } = await open((local) => ({
      ...local,
      log: {
        ...local.log,
        append: (...args) => {
          appended.push(args[1])
          return local.log.append(...args)
        },
      },
    }))
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    await submit(ref, [postCommand('whole')], visitor)
    await submit(ref, [postCommand('folded')], newAgent())
    const { streams } = await store.log.load(workspace, [ref], [])
    expect(appended.at(-1)?.[0]?.stream).toEqual(streams.get(ref.id))
    expect(appended.at(-1)?.[0]?.stream.state?.seq).toBe(4)
    await store.close()
  })

  test('[ST25] a state that the far side does not have is a conflict, and the group around it is appended', async () => {
    const local = await openLocal({ readers: [], now: Date.now })
    const { plan, conversation, workspace } = await createHand(local, createStandingClock())
    const visitor = newVisitor()
    const [one, other] = [await conversation(visitor), await conversation(visitor)]
    const writer = createAppendWriter()
    const first = await plan(one, [postCommand('first')], visitor)
    // As if an append had gone through here, of which the far side knows nothing.
    writer.settle(
      [
        {
          ...first,
          stream: { kind: 'conversation', id: one.id, state: { ...stateOf(first), seq: first.expectedSeq } },
        },
      ],
      ['appended'],
    )
    const second = await plan(other, [postCommand('second')], visitor)
    const { port1, port2 } = new MessageChannel()
    serveStore(local, port1)
    const replied = once(port2, 'message')
    port2.postMessage({ id: 1, part: 'log', method: 'append', args: [workspace, writer.write([first, second])] })
    expect(await replied).toEqual([{ id: 1, value: ['conflict', 'appended'] }])
    expect(await local.log.append(workspace, [first])).toEqual(['appended'])
    port2.close()
    await local.close()
  })

  test('[ST25] an error keeps what it says and what it means', async () => {
    const { store, workspace } = await open((local) => ({
      ...local,
      ping: () => Promise.reject(new StoreError('unavailable', 'unable to reach it; the cable is cut')),
      conversations: { ...local.conversations, counts: () => Promise.reject(new TypeError('a fault')) },
    }))
    await expect(store.ping()).rejects.toThrow(new StoreError('unavailable', 'unable to reach it; the cable is cut'))
    await expect(store.ping()).rejects.toBeInstanceOf(StoreError)
    const fault = await store.conversations.counts(workspace, newAgent(), 10).catch((error: unknown) => error)
    expect(fault).toEqual(new Error('a fault'))
    expect(fault).not.toBeInstanceOf(StoreError)
    await store.close()
  })

  test('[ST26] when the other side has gone, what was asked and what comes is refused with a retryable error', async () => {
    const local = await openLocal({ readers: [], now: Date.now })
    const { port1, port2 } = new MessageChannel()
    const store = connectStore(port2)
    const asked = store.ping()
    store.lose()
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.directory.sites()).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
    port1.close()
    await local.close()
  })
})
