// The row under the keys. It moves at once; the conversation opens when it rests, so that holding `j` down does not
// open fifty conversations on the way. A conversation that leaves the list while it is open (answered in Unassigned, or
// closed) leaves its place to the cursor, which goes on from there.

import type { InboxList, ListName } from '@pendopo/sdk/inbox'
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Routes } from '../app/routes.ts'

const REST_MS = 120

export interface Cursor {
  readonly selected: string | null
  readonly move: (step: 1 | -1) => void
}

export function useCursor(parts: {
  readonly $rows: InboxList['$rows']
  readonly list: ListName
  readonly opened: string | null
  readonly routes: Routes
}): Cursor {
  const { $rows, list, opened, routes } = parts
  const [moving, setMoving] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const selected = moving ?? opened
  /** Where the selected row is, or was when it left. */
  const place = useRef(-1)

  useEffect(() => {
    place.current = -1
    return $rows.subscribe((rows) => {
      const at = rows.findIndex((row) => row.id === selected)
      if (at !== -1) place.current = at
    })
  }, [$rows, selected])
  useEffect(() => setMoving(null), [opened, list])
  useEffect(() => () => clearTimeout(timer.current), [list])

  const move = useCallback(
    (step: 1 | -1) => {
      const rows = $rows.get()
      const at = rows.findIndex((row) => row.id === selected)
      // The row that took the place of one that left comes next; at the end of the list, the one before it.
      const left = Math.min(place.current, rows.length - (step === 1 ? 1 : 0)) - (step === 1 ? 0 : 1)
      const next = rows[at === -1 ? Math.max(left, 0) : at + step]
      if (next === undefined) return
      setMoving(next.id)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const place = { list, conversation: next.id }
        if (opened === null) routes.go(place)
        else routes.replace(place)
      }, REST_MS)
    },
    [$rows, selected, list, opened, routes],
  )

  return { selected, move }
}
