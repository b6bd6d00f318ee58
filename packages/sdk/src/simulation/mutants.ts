// Products that are broken on purpose, each in one place: a simulation that does not notice every one of them proves
// nothing. Clients are broken from outside, by what they are given; the server by how it plans and when it answers.

import { planBatch, type LogEvent } from '@pendopo/protocol'
import type { Transport } from '../connection/transport.ts'
import type { Environment, Leadership } from '../environment.ts'
import type { Storage } from '../outbox/storage.ts'
import type { FakeServerOptions } from '../testing/fake-server.ts'

interface Mutation {
  readonly server?: Pick<FakeServerOptions, 'plan' | 'acksBeforeCommit'>
  readonly client?: (environment: Environment) => Environment
}

/** Row 1b of what the promise is proven by, by name. */
export const MUTANTS = {
  'the server forgets which commands it has stored': {
    server: { plan: (stream, commands, actor, facts) => planBatch(stream, commands, actor, facts, new Map()) },
  },
  'the server acks before the commit': { server: { acksBeforeCommit: true } },
  'the server takes its numbers from the clock': { server: { plan: numberingByClock } },
  'the client never fetches what it missed': { client: withTransport(neverFetching) },
  'the outbox does not persist': { client: withStorage(notPersisting) },
  'what is in flight is dropped on reconnecting': { client: withTransport(droppingOnReconnect) },
  'every tab drains the outbox': {
    client: (environment) => ({ ...environment, leadership: leadingAlways(environment.leadership) }),
  },
  'an error counts as an ack': { client: withTransport(takingErrorsForAcks) },
} as const satisfies Record<string, Mutation>

export type MutantName = keyof typeof MUTANTS

export const mutationOf = (name: MutantName | null): Mutation => (name === null ? {} : MUTANTS[name])

function numberingByClock(...[stream, commands, actor, facts, known]: Parameters<typeof planBatch>) {
  const plan = planBatch(stream, commands, actor, facts, known)
  const first = Math.max((stream.state?.seq ?? 0) + 1, Math.floor(facts.now / 1_000) - 1_760_000_000)
  return { ...plan, events: plan.events.map((event, index): LogEvent => ({ ...event, seq: first + index })) }
}

type Answer = (argument: unknown, ask: () => Promise<unknown>) => Promise<unknown>

/** The same transport with one request answered in another way. */
function answering(transport: Transport, name: string, answer: Answer): Transport {
  return {
    connect(target, handlers) {
      const connection = transport.connect(target, handlers)
      return {
        ...connection,
        request(asked, argument, timeoutMs) {
          const ask = () => connection.request(asked, argument, timeoutMs)
          return asked === name ? answer(argument, ask) : ask()
        },
      }
    },
  }
}

function neverFetching(transport: Transport): Transport {
  return answering(transport, 'sync', async (argument, ask) => {
    const have = typeof argument === 'object' && argument !== null && 'have' in argument ? argument.have : null
    const reply = await ask()
    return have === null ? reply : { ok: true, n: have, marks: [], people: {}, events: [] }
  })
}

function droppingOnReconnect(transport: Transport): Transport {
  return answering(transport, 'commands', (argument, ask) => ask().catch(() => pretendAck(argument)))
}

function takingErrorsForAcks(transport: Transport): Transport {
  return answering(transport, 'commands', async (argument, ask) => {
    const reply = await ask()
    const isRefused = typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === false
    return isRefused ? pretendAck(argument) : reply
  })
}

/** What the server would have said, had it stored everything. */
function pretendAck(argument: unknown): unknown {
  const { commands, stream } = argument as {
    readonly commands: readonly { readonly id: string }[]
    readonly stream?: unknown
  }
  return {
    ok: true,
    stream: stream ?? { kind: 'conversation', id: commands[0]?.id },
    results: commands.map(({ id }) => ({ id, ok: true })),
    events: [],
  }
}

/** A device that says it kept what it did not keep. */
function notPersisting(storage: Storage): Storage {
  let position = 1_000_000
  return { ...storage, put: async (entries) => entries.map((entry) => ({ ...entry, position: position++ })) }
}

/** Asks for the lock, and does not wait for it. */
function leadingAlways(leadership: Leadership): Leadership {
  return {
    acquire(name, onLead) {
      queueMicrotask(onLead)
      return leadership.acquire(name, () => undefined)
    },
  }
}

function withTransport(mutate: (transport: Transport) => Transport) {
  return (environment: Environment): Environment => ({ ...environment, transport: mutate(environment.transport) })
}

function withStorage(mutate: (storage: Storage) => Storage) {
  return (environment: Environment): Environment => ({
    ...environment,
    storage: async (name) => mutate(await environment.storage(name)),
  })
}
