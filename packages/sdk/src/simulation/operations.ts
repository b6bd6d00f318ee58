// What can happen in a simulated world: people who write, and every fault of the promise. One list of up to 200 makes
// a world's story; fast-check draws it and, when a promise breaks, makes it as short as it can.

import fc from 'fast-check'

/** Two visitors with some tabs each, and an agent. */
export const VISITORS = 2
export const MOST_TABS = 3
const MOST_OPERATIONS = 200

/** ± 3 days: a device whose clock was never set, or was set by hand. */
const CLOCK_JUMP_MS = 259_200_000

const STORAGE_STATES = ['works', 'fails', 'hangs', 'mute', 'full'] as const
const AGENT_DEEDS = ['post', 'post', 'close', 'read', 'assign'] as const
const REFUSALS = ['rate_limited', 'unavailable', 'overloaded', 'conflict', 'internal'] as const

export type StorageState = (typeof STORAGE_STATES)[number]
/** 0 and 1 are the visitors, 2 the agent, and as a clock 3 is the server. */
type Device = number

export type Operation =
  | { readonly type: 'send'; readonly visitor: number; readonly tab: number }
  | { readonly type: 'agent-sends'; readonly visitor: number }
  /** An agent elsewhere, straight at the server. */
  | { readonly type: 'server-agent'; readonly visitor: number; readonly what: (typeof AGENT_DEEDS)[number] }
  | { readonly type: 'open-tab'; readonly visitor: number }
  | { readonly type: 'close-tab'; readonly visitor: number; readonly tab: number }
  /** The tab crashes, or is reloaded, with all it had in memory. */
  | { readonly type: 'reload'; readonly visitor: number; readonly tab: number }
  | { readonly type: 'agent-reload' }
  | { readonly type: 'look'; readonly visitor: number; readonly tab: number; readonly isVisible: boolean }
  | { readonly type: 'cut' }
  | { readonly type: 'dark'; readonly isDark: boolean }
  | { readonly type: 'lose-ack' }
  | { readonly type: 'refuse'; readonly code: (typeof REFUSALS)[number] }
  /** So many messages in a hundred are lost or repeated, all are late. */
  | { readonly type: 'noise'; readonly percent: number }
  | { readonly type: 'acks-late'; readonly ms: number }
  /** New connections bring so many frames of the former one with them. */
  | { readonly type: 'replay'; readonly frames: number }
  /** One node, or (2) both: what is not committed is gone, what is committed stays. */
  | { readonly type: 'server-crash'; readonly node: number; readonly ms: number }
  /** Hints from node to node arrive this late, and some never. */
  | { readonly type: 'hints'; readonly ms: number; readonly lostPercent: number }
  | { readonly type: 'storage'; readonly device: Device; readonly state: StorageState }
  | { readonly type: 'clock'; readonly device: Device; readonly ms: number }
  | { readonly type: 'wait'; readonly ms: number }

const visitor = fc.nat(VISITORS - 1)
const tab = fc.nat(MOST_TABS - 1)
const one = <Type extends string>(type: Type) => fc.constant(type)

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: one('send'), visitor, tab }) },
  { weight: 4, arbitrary: fc.record({ type: one('agent-sends'), visitor }) },
  { weight: 4, arbitrary: fc.record({ type: one('server-agent'), visitor, what: fc.constantFrom(...AGENT_DEEDS) }) },
  { weight: 2, arbitrary: fc.record({ type: one('open-tab'), visitor }) },
  { weight: 1, arbitrary: fc.record({ type: one('close-tab'), visitor, tab }) },
  { weight: 2, arbitrary: fc.record({ type: one('reload'), visitor, tab }) },
  { weight: 1, arbitrary: fc.record({ type: one('agent-reload') }) },
  { weight: 1, arbitrary: fc.record({ type: one('look'), visitor, tab, isVisible: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: one('cut') }) },
  { weight: 1, arbitrary: fc.record({ type: one('dark'), isDark: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: one('lose-ack') }) },
  { weight: 2, arbitrary: fc.record({ type: one('refuse'), code: fc.constantFrom(...REFUSALS) }) },
  { weight: 2, arbitrary: fc.record({ type: one('noise'), percent: fc.constantFrom(0, 5, 20, 50) }) },
  { weight: 1, arbitrary: fc.record({ type: one('acks-late'), ms: fc.constantFrom(0, 500, 9_000) }) },
  { weight: 1, arbitrary: fc.record({ type: one('replay'), frames: fc.constantFrom(0, 3, 20) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: one('server-crash'), node: fc.nat(2), ms: fc.constantFrom(50, 2_000, 20_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: one('hints'),
      ms: fc.constantFrom(0, 50, 5_000),
      lostPercent: fc.constantFrom(0, 20, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: one('storage'), device: fc.nat(VISITORS), state: fc.constantFrom(...STORAGE_STATES) }),
  },
  // Storage that works again, as often as it stops.
  { weight: 1, arbitrary: fc.record({ type: one('storage'), device: fc.nat(VISITORS), state: one('works') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: one('clock'),
      device: fc.nat(VISITORS + 1),
      ms: fc.integer({ min: -CLOCK_JUMP_MS, max: CLOCK_JUMP_MS }),
    }),
  },
  { weight: 11, arbitrary: fc.record({ type: one('wait'), ms: fc.constantFrom(1, 20, 300, 2_000, 15_000) }) },
)

/** A whole story. */
export const story = fc.array(operation, { minLength: 5, maxLength: MOST_OPERATIONS, size: 'max' })

/** As one line, for people: `send visitor=0 tab=2`. */
export const tell = ({ type, ...rest }: Operation): string =>
  [type, ...Object.entries(rest).map(([key, value]) => `${key}=${value}`)].join(' ')
