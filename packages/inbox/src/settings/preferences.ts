// How this person likes the inbox, on this device.

import type { ListStatus } from '@pendopo/sdk/inbox'
import { atom, type ReadableAtom } from 'nanostores'
import type { KeyValue } from './key-value.ts'

export interface PreferenceValues {
  readonly density: 'comfortable' | 'dense'
  readonly theme: 'system' | 'light' | 'dark'
  /** Sound and toasts for incoming messages. */
  readonly bell: boolean
  readonly status: ListStatus
  /** Whether the contact's details are open where there is room. */
  readonly details: boolean
  /** CSS pixels. */
  readonly sidebarWidth: number
  readonly listWidth: number
}

export interface Preferences {
  readonly $values: ReadableAtom<PreferenceValues>
  set(change: Partial<PreferenceValues>): void
}

/** What a pane may be dragged to: below, names are cut everywhere; above, the thread is. */
export const PANE_LIMITS = { sidebar: { min: 168, max: 300 }, list: { min: 260, max: 520 } } as const

const DEFAULTS: PreferenceValues = {
  density: 'comfortable',
  theme: 'system',
  bell: true,
  status: 'open',
  details: true,
  sidebarWidth: 208,
  listWidth: 344,
}

const KEY = 'preferences'

export function createPreferences(storage: KeyValue): Preferences {
  const $values = atom<PreferenceValues>({ ...DEFAULTS, ...readStored(storage.get(KEY)) })
  return {
    $values,
    set(change) {
      $values.set({ ...$values.get(), ...change })
      storage.set(KEY, JSON.stringify($values.get()))
    },
  }
}

/** What was stored by any version of ours: a value that does not fit is as if it had never been stored. */
function readStored(text: string | null): Partial<PreferenceValues> {
  if (text === null) return {}
  let stored: unknown
  try {
    stored = JSON.parse(text)
  } catch {
    return {}
  }
  if (typeof stored !== 'object' || stored === null) return {}
  const known: ReadonlyMap<string, unknown> = new Map(Object.entries(stored))
  return {
    ...oneOf(known, 'density', ['comfortable', 'dense'] as const),
    ...oneOf(known, 'theme', ['system', 'light', 'dark'] as const),
    ...oneOf(known, 'status', ['open', 'closed', 'all'] as const),
    ...oneOf(known, 'bell', [true, false] as const),
    ...oneOf(known, 'details', [true, false] as const),
    ...within(known, 'sidebarWidth', PANE_LIMITS.sidebar),
    ...within(known, 'listWidth', PANE_LIMITS.list),
  }
}

function oneOf<Key extends keyof PreferenceValues, Value>(
  known: ReadonlyMap<string, unknown>,
  key: Key,
  values: readonly Value[],
) {
  const value = values.find((value) => value === known.get(key))
  return value === undefined ? {} : { [key]: value }
}

function within(
  known: ReadonlyMap<string, unknown>,
  key: keyof PreferenceValues,
  limits: { min: number; max: number },
) {
  const value = known.get(key)
  return typeof value === 'number' && value >= limits.min && value <= limits.max ? { [key]: value } : {}
}
