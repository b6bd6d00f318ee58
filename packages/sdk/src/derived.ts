// A store made of others. nanostores' own `computed` does the same through its lifecycle, which lets a store rest a
// second after its last listener; these live and end with their client, so that second bought nothing and weighed 0.7 kB.

import { atom, type ReadableAtom } from 'nanostores'

/** Read anew when a source has changed; listens to the sources only while somebody listens to it. */
export function derived<Value>(sources: readonly ReadableAtom<unknown>[], read: () => Value): ReadableAtom<Value> {
  const inputsNow = () => sources.map((source) => source.get())
  let inputs = inputsNow()
  let value = read()
  let stops: (() => void)[] = []
  const $derived = atom(value)
  const { listen, off } = $derived

  const update = () => {
    const next = inputsNow()
    if (next.every((input, index) => Object.is(input, inputs[index]))) return
    inputs = next
    value = read()
    $derived.set(value)
  }

  $derived.get = () => {
    update()
    return value
  }
  $derived.listen = (listener) => {
    if (stops.length === 0) {
      // Before the first listener is there: what changed meanwhile is no news to it.
      update()
      stops = sources.map((source) => source.listen(update))
    }
    return listen(listener)
  }
  $derived.off = () => {
    for (const stop of stops) stop()
    stops = []
    off()
  }
  return $derived
}
