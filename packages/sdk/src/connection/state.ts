// The connection as a pure function: `transition(state, event)` gives the next state and what to do about it. It knows
// nothing of sockets, clocks or randomness; `create-connection` runs the effects, and is the only place that does.
// Nobody else retries: socket.io's own reconnection is off. Internal states are many, public ones five (`toStatus`).

import { assertNever, ERROR_CODES, isErrorCode } from '@pendopo/protocol'
import type { ConnectionStatus } from '../chat.ts'
import {
  GREETING_TIMEOUT_MS,
  OFFLINE_AFTER_MS,
  PROBE_TIMEOUT_MS,
  REST_AFTER_MS,
  RETRY_BASE_MS,
  RETRY_MAX_MS,
  STABLE_AFTER_MS,
} from './timing.ts'
import type { Disconnected } from './transport.ts'

export type Refusal = NonNullable<Disconnected['error']>

/** What people are told while there is no connection: it lags behind on purpose, see OFFLINE_AFTER_MS. */
type Shown = 'connecting' | 'online' | 'offline'

export type ConnectionState =
  | { readonly at: 'idle' }
  /** A socket was asked for; the server's welcome has not come. */
  | { readonly at: 'opening'; readonly shown: Shown; readonly attempt: number }
  | { readonly at: 'online'; readonly attempt: number }
  /** Something that should have been answered was not: perhaps half open. A probe is on its way. */
  | { readonly at: 'suspect'; readonly attempt: number }
  /** Between two tries. `imposed`: the server named the time, so nothing cuts it short. */
  | { readonly at: 'waiting'; readonly shown: Shown; readonly attempt: number; readonly imposed: boolean }
  /** Nobody looks; the socket was let go. */
  | { readonly at: 'resting' }
  | { readonly at: 'refused'; readonly error: Refusal }
  | { readonly at: 'signed-out'; readonly error: Refusal }
  | { readonly at: 'closed' }

export type TimerName = 'greeting' | 'probe' | 'grace' | 'retry' | 'stable' | 'rest'

export type ConnectionEvent =
  /** Somebody wants the connection: the first time, again after a refusal, or from rest. */
  | { readonly type: 'connect' }
  /** The credentials changed: the present socket is of no use. */
  | { readonly type: 'restart' }
  | { readonly type: 'welcome'; readonly visible: boolean }
  | { readonly type: 'down'; readonly why: Disconnected }
  /** The server says in an ack that the session has ended. */
  | { readonly type: 'denied'; readonly error: Refusal }
  /** An ack did not come in time. */
  | { readonly type: 'silence' }
  /** Anything came from the server. */
  | { readonly type: 'heard' }
  /** The page or the network may have changed, or the page is back from the back-forward cache. */
  | { readonly type: 'attention'; readonly visible: boolean; readonly online: boolean }
  | { readonly type: 'timer'; readonly name: TimerName }
  /** As before the first `connect`. */
  | { readonly type: 'disconnect' }
  | { readonly type: 'close' }

export type ConnectionEffect =
  | { readonly type: 'open' }
  | { readonly type: 'drop' }
  | { readonly type: 'probe' }
  /** `jitter`: the runner takes a random part between half and all of it, so that clients do not march in step. */
  | { readonly type: 'start'; readonly name: TimerName; readonly ms: number; readonly jitter?: true }
  | { readonly type: 'stop'; readonly name: TimerName }

export interface Step {
  readonly state: ConnectionState
  readonly effects: readonly ConnectionEffect[]
}

/** The timers that may run in a state; the runner stops the others on the way in. */
export const TIMERS: Readonly<Record<ConnectionState['at'], readonly TimerName[]>> = {
  idle: [],
  opening: ['greeting', 'grace', 'rest'],
  online: ['stable', 'rest'],
  suspect: ['probe', 'rest'],
  waiting: ['retry', 'grace', 'rest'],
  resting: [],
  refused: [],
  'signed-out': [],
  closed: [],
}

const step = (state: ConnectionState, ...effects: ConnectionEffect[]): Step => ({ state, effects })
const start = (name: TimerName, ms: number): ConnectionEffect => ({ type: 'start', name, ms })
const OPEN: ConnectionEffect = { type: 'open' }
const DROP: ConnectionEffect = { type: 'drop' }
const GRACE = start('grace', OFFLINE_AFTER_MS)
const REST = start('rest', REST_AFTER_MS)

/** Total over every state and event: what does not concern a state leaves it as it is. */
export function transition(state: ConnectionState, event: ConnectionEvent): Step {
  if (state.at === 'closed') return step(state)
  switch (event.type) {
    case 'connect':
      return connect(state)
    case 'restart':
      return restart(state)
    case 'welcome':
      if (state.at !== 'opening') return step(state)
      return step(
        { at: 'online', attempt: state.attempt },
        start('stable', STABLE_AFTER_MS),
        ...(event.visible ? [] : [REST]),
      )
    case 'down':
      return down(state, event.why)
    case 'denied':
      return isLive(state) ? step({ at: 'signed-out', error: event.error }, DROP) : step(state)
    case 'silence':
      return state.at === 'online' ? suspect(state.attempt) : step(state)
    case 'heard':
      return state.at === 'suspect'
        ? step({ at: 'online', attempt: state.attempt }, start('stable', STABLE_AFTER_MS))
        : step(state)
    case 'attention':
      return attention(state, event)
    case 'timer':
      return timer(state, event.name)
    case 'disconnect':
      return step({ at: 'idle' }, DROP)
    case 'close':
      return step({ at: 'closed' }, DROP)
    default:
      return assertNever(event)
  }
}

function connect(state: ConnectionState): Step {
  switch (state.at) {
    case 'idle':
    case 'refused':
    case 'signed-out':
      return opening('connecting', 0, GRACE)
    case 'resting':
      return opening('online', 0, GRACE)
    case 'waiting':
      return state.imposed ? step(state) : opening(state.shown, state.attempt)
    default:
      return step(state)
  }
}

function restart(state: ConnectionState): Step {
  if (state.at === 'idle' || state.at === 'refused' || state.at === 'signed-out') return connect(state)
  const shown = shownIn(state)
  const { state: next, effects } = opening(shown, 0, ...(shown === 'online' ? [GRACE] : []))
  return step(next, DROP, ...effects)
}

function down(state: ConnectionState, { error }: Disconnected): Step {
  if (state.at !== 'opening' && !isLive(state)) return step(state)
  const reaction = error !== undefined && isErrorCode(error.code) ? ERROR_CODES[error.code] : 'retry'
  if (error !== undefined && reaction === 'sign-in') return step({ at: 'signed-out', error }, DROP)
  if (error !== undefined && reaction !== 'retry') return step({ at: 'refused', error }, DROP)
  const backOff = Math.min(RETRY_BASE_MS * 2 ** state.attempt, RETRY_MAX_MS)
  const imposed = error?.retryAfter !== undefined
  const shown = shownIn(state)
  return step(
    { at: 'waiting', shown, attempt: state.attempt + 1, imposed },
    DROP,
    // Jitter goes below the time it is given; twice the server's time is at least the server's time.
    { type: 'start', name: 'retry', ms: Math.max(backOff, 2 * (error?.retryAfter ?? 0)), jitter: true },
    ...(isLive(state) ? [GRACE] : []),
  )
}

function attention(
  state: ConnectionState,
  { visible, online }: { readonly visible: boolean; readonly online: boolean },
): Step {
  if (!visible) return TIMERS[state.at].includes('rest') ? step(state, REST) : step(state)
  // The device itself says so: no probe. It is tried on all the same, since the server may be on this very device.
  if (!online && isLive(state)) return down(state, { reason: 'lost' })
  const awake: ConnectionEffect = { type: 'stop', name: 'rest' }
  switch (state.at) {
    case 'resting':
      return opening('online', 0, GRACE)
    case 'waiting':
      return online && !state.imposed ? opening(state.shown, 0, awake) : step(state, awake)
    case 'online': {
      // Back from sleep, from the back-forward cache or from another network: the socket may be dead and not know it.
      const { state: next, effects } = suspect(state.attempt)
      return step(next, awake, ...effects)
    }
    default:
      return TIMERS[state.at].includes('rest') ? step(state, awake) : step(state)
  }
}

function timer(state: ConnectionState, name: TimerName): Step {
  if (!TIMERS[state.at].includes(name)) return step(state)
  switch (name) {
    case 'greeting':
      return down(state, { reason: 'lost' })
    case 'probe':
      return lost(state)
    case 'grace':
      return state.at === 'opening' || state.at === 'waiting' ? step({ ...state, shown: 'offline' }) : step(state)
    case 'retry':
      return state.at === 'waiting' ? opening(state.shown, state.attempt) : step(state)
    case 'stable':
      return step({ at: 'online', attempt: 0 })
    case 'rest':
      return step({ at: 'resting' }, DROP)
    default:
      return assertNever(name)
  }
}

/** The probe got no answer: the old socket is dead, the next one is tried at once. */
function lost(state: ConnectionState): Step {
  const { state: next, effects } = opening('online', state.at === 'suspect' ? state.attempt : 0, GRACE)
  return step(next, DROP, ...effects)
}

const suspect = (attempt: number): Step =>
  step({ at: 'suspect', attempt }, start('probe', PROBE_TIMEOUT_MS), { type: 'probe' })

function opening(shown: Shown, attempt: number, ...more: ConnectionEffect[]): Step {
  return step({ at: 'opening', shown, attempt }, start('greeting', GREETING_TIMEOUT_MS), ...more, OPEN)
}

const isLive = (state: ConnectionState): state is Extract<ConnectionState, { at: 'online' | 'suspect' }> =>
  state.at === 'online' || state.at === 'suspect'

const shownIn = (state: ConnectionState): Shown =>
  state.at === 'opening' || state.at === 'waiting' ? state.shown : 'online'

/** The public status of a state. */
export function toStatus(state: ConnectionState): ConnectionStatus {
  switch (state.at) {
    case 'idle':
    case 'closed':
      return 'idle'
    case 'opening':
    case 'waiting':
      return state.shown
    case 'online':
    case 'suspect':
    case 'resting':
      return 'online'
    case 'refused':
    case 'signed-out':
      return 'refused'
    default:
      return assertNever(state)
  }
}
