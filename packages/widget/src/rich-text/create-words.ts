// A message's words as nodes: text stays text, whatever it looks like. Most messages have nothing to parse, so the parser
// is loaded with the first that may; until it is there, or where it does not come, words are shown as they were typed.

import { atom, type ReadableAtom } from 'nanostores'
import { h, type ComponentChildren } from 'preact'

export type ToNodes = (text: string) => ComponentChildren

/** What every mark and address of the small Markdown has at least one of. */
const MAY_BE_RICH = /[*_`[@]|www\.|[a-z]:/

/** What makes nodes of words, now; another one once the parser is there. */
export function createWords(load = () => import('./renderer.ts')): ReadableAtom<ToNodes> {
  let loading = false
  const $toNodes = atom<ToNodes>((text) => {
    if (!loading && MAY_BE_RICH.test(text)) {
      loading = true
      load().then(
        ({ renderRichText }) => $toNodes.set((words) => renderRichText<ComponentChildren>(words, h)),
        // The next message that is drawn asks again.
        () => (loading = false),
      )
    }
    return text
  })
  return $toNodes
}
