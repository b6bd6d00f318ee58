// Runs the effects of `transition`, and is the border where what the server sent gets its types. One owner of retry:
// whoever needs something again asks when `onOnline` calls. It does not know what requests mean.

import type { Answer, Packets, RequestName, RequestOf } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { ConnectionStatus } from '../chat.ts'
import type { Environment } from '../environment.ts'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'
import {
  TIMERS,
  toStatus,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  type TimerName,
} from './state.ts'
import { REQUEST_TIMEOUT_MS } from './timing.ts'
import type { TransportConnection } from './transport.ts'

export interface ConnectionOptions {
  readonly server: string
  readonly namespace: '/visitor' | '/agent'
  /** Asked before each try, because tokens change and may have to be read from storage first. */
  readonly auth: () => Promise<Readonly<Record<string, unknown>>>
  /** A cheap request that is always answered: what a suspect connection is tested with. */
  readonly probe: { readonly name: RequestName; readonly argument: unknown }
  readonly environment: Pick<Environment, 'clock' | 'fraction' | 'transport' | 'attention' | 'log'>
}

export interface Connection<Welcome> {
  readonly $status: ReadableAtom<ConnectionStatus>
  /** Why the server refuses this client; `null` while it does not. */
  readonly $error: ReadableAtom<PendopoError | null>
  isOnline(): boolean
  /** Wants to be connected: does nothing where it is or is about to be. */
  connect(): void
  /** Connects anew, with fresh credentials. */
  restart(): void
  /** Lets go, until the next `connect`. */
  disconnect(): void
  /** Rejects with a PendopoError: `unavailable` where there is no connection or no answer in time. */
  request<Name extends RequestName>(name: Name, argument: RequestOf<Name>): Promise<Answer<Name>>
  /** Without an ack; may be lost. */
  signal<Name extends RequestName>(name: Name, argument: RequestOf<Name>): void
  /** Each packet of a name, `welcome` included. */
  onPacket<Name extends keyof Packets<Welcome>>(
    name: Name,
    listener: (packet: Packets<Welcome>[Name]) => void,
  ): () => void
  /** After each welcome, when its packet has been delivered. */
  onOnline(listener: () => void): () => void
  close(): void
}

type Listener = (packet: never) => void

/** A connection that is `idle` until `connect`. */
export function createConnection<Welcome>(options: ConnectionOptions): Connection<Welcome> {
  const { clock, fraction, transport, attention, log } = options.environment
  const $status = atom<ConnectionStatus>('idle')
  const $error = atom<PendopoError | null>(null)
  const listeners = new Map<string, Set<Listener>>()
  const onlineListeners = new Set<() => void>()
  const timers = new Map<TimerName, () => void>()
  let state: ConnectionState = { at: 'idle' }
  let socket: TransportConnection | null = null
  /** Counts sockets, so that a late callback of a former one is told apart. */
  let generation = 0

  const isOnline = () => state.at === 'online' || state.at === 'suspect'

  function dispatch(event: ConnectionEvent): void {
    const before = state.at
    const { state: next, effects } = transition(state, event)
    state = next
    if (next.at !== before) log('connection', { from: before, to: next.at })
    for (const name of timers.keys()) if (!TIMERS[next.at].includes(name)) stop(name)
    const refusal = next.at === 'refused' || next.at === 'signed-out' ? next.error : null
    if (refusal === null) $error.set(null)
    else if (next.at !== before) $error.set(toPendopoError(refusal, 'connect'))
    $status.set(toStatus(next))
    for (const effect of effects) run(effect)
  }

  function run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'open':
        void open()
        break
      case 'drop':
        drop()
        break
      case 'probe':
        // The answer is of no interest: whatever is heard clears the suspicion.
        request(options.probe.name, options.probe.argument).catch(ignore)
        break
      case 'start':
        stop(effect.name)
        timers.set(
          effect.name,
          clock.after(effect.jitter ? effect.ms * (0.5 + fraction() / 2) : effect.ms, () => {
            timers.delete(effect.name)
            dispatch({ type: 'timer', name: effect.name })
          }),
        )
        break
      case 'stop':
        stop(effect.name)
        break
    }
  }

  function stop(name: TimerName): void {
    timers.get(name)?.()
    timers.delete(name)
  }

  function drop(): void {
    generation++
    const former = socket
    socket = null
    former?.close()
  }

  async function open(): Promise<void> {
    drop()
    const mine = generation
    const isMine = () => mine === generation
    try {
      const auth = await options.auth()
      if (!isMine()) return
      socket = transport.connect(
        { server: options.server, namespace: options.namespace, auth },
        {
          onUp: () => undefined,
          onPacket: (name, packet) => isMine() && receive(name, packet),
          onDown: (why) => isMine() && dispatch({ type: 'down', why }),
        },
      )
    } catch (cause) {
      log('connection.failed', { cause: String(cause) })
      if (isMine()) dispatch({ type: 'down', why: { reason: 'lost' } })
    }
  }

  function receive(name: string, packet: unknown): void {
    dispatch({ type: 'heard' })
    if (typeof packet !== 'object' || packet === null) return
    if (name === 'refused')
      return dispatch({ type: 'down', why: { reason: 'refused', error: errorOf({ error: packet }) } })
    if (name === 'welcome') dispatch({ type: 'welcome', visible: attention.isVisible() })
    for (const listener of listeners.get(name) ?? []) deliver(listener, packet)
    if (name === 'welcome' && isOnline()) for (const listener of onlineListeners) listener()
  }

  async function request(name: RequestName, argument: unknown): Promise<unknown> {
    const asked = socket
    if (asked === null || !isOnline())
      throw new PendopoError('unavailable', `unable to send ${name}; there is no connection`)
    let reply: unknown
    try {
      reply = await asked.request(name, argument, REQUEST_TIMEOUT_MS)
    } catch (cause) {
      if (asked === socket) dispatch({ type: 'silence' })
      throw new PendopoError('unavailable', `unable to send ${name}; the server did not answer`, { cause })
    }
    if (asked === socket) dispatch({ type: 'heard' })
    if (isAnswer(reply)) return reply
    const error = errorOf(reply)
    if (error.code === 'unauthenticated' && asked === socket) dispatch({ type: 'denied', error })
    throw toPendopoError(error, `send ${name}`)
  }

  const stopWatching = attention.onChange(() =>
    dispatch({ type: 'attention', visible: attention.isVisible(), online: attention.isOnline() }),
  )

  return {
    $status,
    $error,
    isOnline,
    connect: () => dispatch({ type: 'connect' }),
    restart: () => dispatch({ type: 'restart' }),
    disconnect: () => dispatch({ type: 'disconnect' }),
    request: async (name, argument) => typed(await request(name, argument)),
    signal(name, argument) {
      if (isOnline()) socket?.signal(name, argument)
    },
    onPacket(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => void set.delete(listener)
    },
    onOnline(listener) {
      onlineListeners.add(listener)
      return () => void onlineListeners.delete(listener)
    },
    close() {
      stopWatching()
      dispatch({ type: 'close' })
      listeners.clear()
      onlineListeners.clear()
    },
  }
}

// The parse border: the server validates what it sends against the same schemas in its tests, and clients do not carry
// the validators. Here, and nowhere else, what came over the wire gets its type.
const typed = <Name extends RequestName>(answer: unknown) => answer as Answer<Name>
const deliver = (listener: Listener, packet: object) => listener(packet as never)
const isAnswer = (reply: unknown): boolean =>
  typeof reply === 'object' && reply !== null && 'ok' in reply && reply.ok === true

function errorOf(reply: unknown): { code: string; message: string; retryAfter?: number } {
  const error = typeof reply === 'object' && reply !== null && 'error' in reply ? reply.error : null
  if (typeof error !== 'object' || error === null) return { code: 'internal', message: 'no valid answer' }
  const { code, message, retryAfter } = error as Record<string, unknown>
  return {
    code: String(code),
    message: String(message),
    ...(typeof retryAfter === 'number' && { retryAfter }),
  }
}

const ignore = () => undefined
