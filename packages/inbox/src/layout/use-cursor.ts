// The row under the keys. It moves at once; the conversation opens when it rests, so that holding `j` down does not
// open fifty conversations on the way.

import type { ListName, Row } from '@pendopo/sdk/inbox'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Routes } from '../app/routes.ts'

const REST_MS = 120

export interface Cursor {
  readonly selected: string | null
  readonly move: (step: 1 | -1) => void
}

export function useCursor(parts: {
  readonly rows: () => readonly Row[]
  readonly list: ListName
  readonly opened: string | null
  readonly routes: Routes
}): Cursor {
  const { rows, list, opened, routes } = parts
  const [moving, setMoving] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const selected = moving ?? opened

  useEffect(() => setMoving(null), [opened, list])
  useEffect(() => () => clearTimeout(timer.current), [list])

  const move = useCallback(
    (step: 1 | -1) => {
      const all = rows()
      const at = all.findIndex((row) => row.id === selected)
      const next = all[at === -1 ? (step === 1 ? 0 : -1) : at + step]
      if (next === undefined) return
      setMoving(next.id)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const place = { list, conversation: next.id }
        if (opened === null) routes.go(place)
        else routes.replace(place)
      }, REST_MS)
    },
    [rows, selected, list, opened, routes],
  )

  return { selected, move }
}
