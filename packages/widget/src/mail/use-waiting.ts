// Whether a visitor waits for an answer that may come when they have left.

import type { ThreadItem } from '@pendopo/sdk'
import { useEffect, useState } from 'preact/hooks'
import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'

/** Who is answered within a minute has no use for being asked. */
const PATIENCE_MS = 60_000

/** When the first message was stored that nobody has answered yet. */
function waitingSince(items: readonly ThreadItem[]): number | null {
  const answered = items.findLastIndex((item) => item.type === 'message' && !item.mine)
  const first = items.slice(answered + 1).find((item) => item.type === 'message' && item.n !== null)
  return first?.at ?? null
}

/** `true` from when it has lasted for a minute, or from the first where nobody is there, until somebody answers. */
export function useWaiting({ chat, conversation }: Pick<Widget, 'chat' | 'conversation'>): boolean {
  const isAway = useStore(chat.$availability) === 'away'
  const isOpen = useStore(conversation.$status) === 'open'
  const items = useStore(conversation.$messages)
  const since = useStore(chat.$hasMail) && isOpen ? waitingSince(items) : null
  const [noticed, notice] = useState<number | null>(null)
  useEffect(() => {
    if (since === null) return
    // The server's clock and this one may be days apart: a minute is enough in any case.
    const waited = isAway ? PATIENCE_MS : Math.max(0, Date.now() - since)
    const timer = setTimeout(() => notice(since), Math.max(0, PATIENCE_MS - waited))
    return () => clearTimeout(timer)
  }, [since, isAway])
  return since !== null && noticed === since
}
