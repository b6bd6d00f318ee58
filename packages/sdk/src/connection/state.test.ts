import { describe, expect, it } from 'vitest'
import { TIMERS, toStatus, transition, type ConnectionEvent, type ConnectionState } from './state.ts'
import { OFFLINE_AFTER_MS, REST_AFTER_MS, RETRY_BASE_MS, RETRY_MAX_MS } from './timing.ts'

const IDLE: ConnectionState = { at: 'idle' }
const opening = { at: 'opening', shown: 'connecting', attempt: 0 } as const
const online = { at: 'online', attempt: 0 } as const
const suspect = { at: 'suspect', attempt: 0 } as const
const waiting = { at: 'waiting', shown: 'offline', attempt: 3, imposed: false } as const
const LOST: ConnectionEvent = { type: 'down', why: { reason: 'lost' } }
const LOOK: ConnectionEvent = { type: 'attention', visible: true, online: true }
const refusal = (code: string, retryAfter?: number): ConnectionEvent => ({
  type: 'down',
  why: { reason: 'refused', error: { code, message: 'no', ...(retryAfter !== undefined && { retryAfter }) } },
})
const kinds = (state: ConnectionState, event: ConnectionEvent) =>
  transition(state, event).effects.map((effect) => effect.type)
const after = (state: ConnectionState, ...events: readonly ConnectionEvent[]) =>
  events.reduce((current, event) => transition(current, event).state, state)

describe('the connection', () => {
  it('[CN1] stays idle until somebody wants it', () => {
    for (const event of [LOST, LOOK, { type: 'heard' }, { type: 'silence' }] as const)
      expect(transition(IDLE, event)).toEqual({ state: IDLE, effects: [] })
    expect(transition(IDLE, { type: 'connect' }).state.at).toBe('opening')
    expect(kinds(IDLE, { type: 'connect' })).toContain('open')
  })

  it('[CN2] waits longer after each failure, and never longer than the longest step', () => {
    let state: ConnectionState = opening
    const waits: number[] = []
    for (let failure = 0; failure < 10; failure++) {
      const step = transition(state, LOST)
      for (const effect of step.effects) if (effect.type === 'start' && effect.name === 'retry') waits.push(effect.ms)
      state = after(step.state, { type: 'timer', name: 'retry' })
    }
    expect(waits.slice(0, 3)).toEqual([RETRY_BASE_MS, RETRY_BASE_MS * 2, RETRY_BASE_MS * 4])
    expect(Math.max(...waits)).toBe(RETRY_MAX_MS)
  })

  it('[CN2] tries at once when the device is online again or the page is looked at', () => {
    expect(transition(waiting, LOOK).state).toMatchObject({ at: 'opening', attempt: 0 })
    expect(transition(waiting, { ...LOOK, online: false }).state.at).toBe('waiting')
  })

  it('[CN2] a connection that held has earned a quick first retry, one that fell at once has not', () => {
    const fell = after({ ...opening, attempt: 4 }, { type: 'welcome', visible: true }, LOST)
    expect(fell).toMatchObject({ at: 'waiting', attempt: 5 })
    const held = after(
      { ...opening, attempt: 4 },
      { type: 'welcome', visible: true },
      { type: 'timer', name: 'stable' },
      LOST,
    )
    expect(held).toMatchObject({ at: 'waiting', attempt: 1 })
  })

  it('[CN3] tells people of a loss only after the grace, and of a return at once', () => {
    const { state, effects } = transition(online, LOST)
    expect(toStatus(state)).toBe('online')
    expect(effects).toContainEqual({ type: 'start', name: 'grace', ms: OFFLINE_AFTER_MS })
    const late = after(state, { type: 'timer', name: 'grace' })
    expect(toStatus(late)).toBe('offline')
    const back = after(late, { type: 'timer', name: 'retry' })
    expect(toStatus(back)).toBe('offline')
    expect(toStatus(after(back, { type: 'welcome', visible: true }))).toBe('online')
  })

  it('[CN3] a first connection that does not come about is connecting, then offline', () => {
    const failed = after(IDLE, { type: 'connect' }, LOST)
    expect(toStatus(failed)).toBe('connecting')
    expect(toStatus(after(failed, { type: 'timer', name: 'grace' }))).toBe('offline')
  })

  it('[CN4] an ack that does not come leads to a probe, silence to another socket, any sound to trust', () => {
    expect(transition(online, { type: 'silence' }).state.at).toBe('suspect')
    expect(kinds(online, { type: 'silence' })).toContain('probe')
    expect(transition(suspect, { type: 'heard' }).state.at).toBe('online')
    const replaced = transition(suspect, { type: 'timer', name: 'probe' })
    expect(replaced.state).toMatchObject({ at: 'opening', shown: 'online' })
    expect(replaced.effects.map((effect) => effect.type)).toEqual(['drop', 'start', 'start', 'open'])
  })

  it.each(['origin_refused', 'upgrade', 'invalid', 'forbidden', 'not_found'])('[CN5] %s stops the trying', (code) => {
    const { state } = transition(opening, refusal(code))
    expect(state).toMatchObject({ at: 'refused', error: { code } })
    expect(toStatus(state)).toBe('refused')
    expect(transition(state, LOOK).effects).toEqual([])
    expect(transition(state, { type: 'connect' }).state.at).toBe('opening')
  })

  it('[CN6] the end of a session stops the trying, whichever way it is told', () => {
    expect(transition(opening, refusal('unauthenticated')).state.at).toBe('signed-out')
    expect(transition(online, refusal('unauthenticated')).state.at).toBe('signed-out')
    const denied = transition(online, { type: 'denied', error: { code: 'unauthenticated', message: 'ended' } })
    expect(denied.state.at).toBe('signed-out')
    expect(transition(denied.state, { type: 'restart' }).state.at).toBe('opening')
  })

  it.each(['rate_limited', 'overloaded'])('[CN7] %s is waited out, whatever happens meanwhile', (code) => {
    const { state, effects } = transition(opening, refusal(code, 60_000))
    expect(state).toMatchObject({ at: 'waiting', imposed: true })
    expect(effects).toContainEqual({ type: 'start', name: 'retry', ms: 120_000, jitter: true })
    expect(after(state, LOOK, { type: 'connect' }).at).toBe('waiting')
  })

  it('[CN8] a hidden page lets go after a while and comes back when it is looked at', () => {
    const hidden = transition(online, { type: 'attention', visible: false, online: true })
    expect(hidden.effects).toEqual([{ type: 'start', name: 'rest', ms: REST_AFTER_MS }])
    const resting = transition(hidden.state, { type: 'timer', name: 'rest' })
    expect(resting).toEqual({ state: { at: 'resting' }, effects: [{ type: 'drop' }] })
    expect(toStatus(resting.state)).toBe('online')
    expect(transition(resting.state, LOOK).state).toMatchObject({ at: 'opening', shown: 'online' })
    expect(transition(opening, { type: 'welcome', visible: false }).effects).toContainEqual({
      type: 'start',
      name: 'rest',
      ms: REST_AFTER_MS,
    })
  })

  it('[CN9] what was not looked at is probed before it is believed', () => {
    expect(kinds(online, LOOK)).toContain('probe')
  })

  it('[CN12] closed is closed', () => {
    const closed = after(online, { type: 'close' })
    for (const event of [{ type: 'connect' }, LOOK, LOST, { type: 'close' }] as const)
      expect(transition(closed, event)).toEqual({ state: closed, effects: [] })
  })

  it('[CN12] every state takes every event, and a timer that may not run changes nothing', () => {
    const states: readonly ConnectionState[] = [
      IDLE,
      opening,
      online,
      suspect,
      waiting,
      { at: 'resting' },
      { at: 'refused', error: { code: 'upgrade', message: '' } },
      { at: 'signed-out', error: { code: 'unauthenticated', message: '' } },
      { at: 'closed' },
    ]
    for (const state of states)
      for (const name of ['greeting', 'probe', 'grace', 'retry', 'stable', 'rest'] as const)
        if (!TIMERS[state.at].includes(name)) expect(transition(state, { type: 'timer', name }).state).toBe(state)
  })
})
