// Draws a long thread a little at a time, newest first: the first picture needs a screenful, and a page of older messages
// drawn at once would be one long task on a slow phone. What is added is added above, where the scroller holds its place.

import type { ThreadItem } from '@pendopo/sdk'
import { useEffect, useState } from 'preact/hooks'
import { BLOCK_ROWS } from './rows.ts'

/** Two screens of the panel. */
const FIRST_ITEMS = 3 * BLOCK_ROWS

/** The items to draw now; the rest follow frame by frame. */
export function useReveal(items: readonly ThreadItem[]): readonly ThreadItem[] {
  const [firstId, setFirstId] = useState<string | undefined>(undefined)
  const known = items.findIndex((item) => item.id === firstId)
  const start = known === -1 ? Math.max(0, items.length - FIRST_ITEMS) : known
  useEffect(() => {
    const next = items[Math.max(0, start - BLOCK_ROWS)]?.id
    if (next === firstId) return
    if (start === 0) {
      setFirstId(next)
      return
    }
    const frame = requestAnimationFrame(() => setFirstId(next))
    return () => cancelAnimationFrame(frame)
  }, [items, start, firstId])
  return start === 0 ? items : items.slice(start)
}
