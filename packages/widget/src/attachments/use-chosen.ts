// What the visitor has picked, dropped or pasted and not sent yet.

import { useState } from 'preact/hooks'
import { useStore } from '../use-store.ts'
import type { Chosen } from './choose.ts'
import type { Widget } from '../widget.ts'

export function useChosen({ files: code, locale }: Pick<Widget, 'files' | 'locale'>) {
  const [chosen, setChosen] = useState(NOTHING)
  const module = useStore(code.$module)
  return {
    ...chosen,
    /** Shows them, once its code is there. */
    Tray: module?.Tray,
    add(list: FileList | null | undefined): void {
      // A list of the browser's is emptied with its field.
      const added = [...(list ?? [])]
      if (added.length === 0) return
      code.load().then(
        ({ choose }) => setChosen(({ files }) => choose([...files, ...added], locale.texts)),
        () => {},
      )
    },
    remove: (file: File): void =>
      setChosen(({ files }) => ({ files: files.filter((other) => other !== file), problem: null })),
    /** All of them, and none is left. */
    take(): readonly File[] {
      setChosen(NOTHING)
      return chosen.files
    },
  }
}

const NOTHING: Chosen = { files: [], problem: null }
