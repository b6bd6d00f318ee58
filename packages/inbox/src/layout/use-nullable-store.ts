import { useStore } from '@nanostores/preact'
import { atom, type ReadableAtom } from 'nanostores'

const NOTHING = atom(null)

/** The value of a store that may not be there. */
export function useNullableStore<Value>(store: ReadableAtom<Value> | null): Value | null {
  return useStore<ReadableAtom<Value | null>>(store ?? NOTHING)
}
