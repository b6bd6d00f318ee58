// Redraws a component when a store changes. @nanostores/preact does the same with a timer in between and support for keys
// of maps; without both it is 0.7 kB less to download and a message is on the screen in the same task.

import type { ReadableAtom } from 'nanostores'
import { useLayoutEffect, useState } from 'preact/hooks'

/** The store's value, now and after every change. */
export function useStore<Value>(store: ReadableAtom<Value>) {
  const value = store.get()
  const [, redraw] = useState({})
  useLayoutEffect(() => {
    // It may have changed between drawing and listening.
    if (store.get() !== value) redraw({})
    return store.listen(() => redraw({}))
  }, [store])
  return value
}
