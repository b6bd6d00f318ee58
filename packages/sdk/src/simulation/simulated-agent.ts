// The agent of a simulated world: a connection and an outbox as the inbox has them, with a thread per conversation,
// and a browser that may crash and come back.

import { PROTOCOL_VERSION, type AgentWelcome } from '@pendopo/protocol'
import { atom } from 'nanostores'
import { createConnection } from '../connection/create-connection.ts'
import { createDeviceStorage } from '../device-storage.ts'
import type { Environment } from '../environment.ts'
import { createAttachments } from '../files/attachments.ts'
import { createOutbox } from '../outbox/create-outbox.ts'
import type { TestDevice } from '../testing.ts'
import { createThread, type ThreadCore } from '../thread/create-thread.ts'
import type { Viewer } from '../timeline/to-thread-items.ts'

const SERVER = 'https://chat.example.com'

export interface SimulatedAgent {
  readonly threads: () => ReadonlyMap<string, ThreadCore>
  thread(conversation: string): ThreadCore
  /** Whether what was sent just now is safe on the device. */
  isKeeping(): boolean
  /** As if the browser was killed and opened again on the same conversations. */
  reload(): void
  /** The name of its present life: order is promised within it. */
  life(): string
  close(): void
}

export interface SimulatedAgentOptions {
  readonly id: string
  readonly device: TestDevice
  readonly mutate: (environment: Environment) => Environment
}

export function createSimulatedAgent({ id, device, mutate }: SimulatedAgentOptions): SimulatedAgent {
  const $viewer = atom<Viewer>({ side: 'agent', id })
  let lives = 0
  let life = begin()

  function begin() {
    const tab = device.tab()
    const environment = mutate(tab)
    const connection = createConnection<AgentWelcome>({
      server: SERVER,
      namespace: '/agent',
      environment,
      probe: { name: 'list', argument: { list: 'all', status: 'open', limit: 1 } },
      auth: async () => ({ version: PROTOCOL_VERSION }),
    })
    const storage = createDeviceStorage({ ...environment, name: 'agent' })
    const outbox = createOutbox({ name: 'agent', storage: storage.open, connection, environment })
    const attachments = createAttachments({
      ...{ name: 'agent', server: SERVER, storage: storage.open, connection, environment },
      target: () => Promise.reject(new Error('no files in the simulation')),
      post: (conversation, command, files) => thread(conversation).post(command, files),
    })
    connection.connect()
    void outbox.load()
    return {
      name: `agent ${++lives}`,
      threads: new Map<string, ThreadCore>(),
      tab,
      outbox,
      open: (conversation: string) =>
        createThread({
          connection,
          outbox,
          attachments,
          environment,
          $viewer,
          owns: (entry) => entry.conversation === conversation,
        }),
      close() {
        for (const thread of this.threads.values()) thread.close()
        void outbox.close()
        connection.close()
      },
    }
  }

  function thread(conversation: string): ThreadCore {
    const known = life.threads.get(conversation)
    if (known !== undefined) return known
    const opened = life.open(conversation)
    life.threads.set(conversation, opened)
    opened.bind(conversation)
    return opened
  }

  return {
    threads: () => life.threads,
    thread,
    isKeeping: () => life.outbox.$persistence.get() === 'indexeddb',
    reload() {
      const former = life
      former.tab.crash()
      life = begin()
      for (const conversation of former.threads.keys()) thread(conversation)
    },
    life: () => life.name,
    close: () => life.close(),
  }
}
