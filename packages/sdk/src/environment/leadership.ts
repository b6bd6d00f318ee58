// One tab of many, by the Web Locks API: the browser passes the lock on when a tab closes or crashes. Where there is
// none, every tab leads: more work, never a wrong result, because the server knows each command's id.

import type { Leadership } from '../environment.ts'

export function createLeadership(): Leadership {
  // Node 24 has locks too, but there each process is alone with its memory.
  const locks = typeof document === 'undefined' || !('locks' in navigator) ? undefined : navigator.locks
  return {
    acquire(name, onLead) {
      const abort = new AbortController()
      if (locks === undefined) {
        queueMicrotask(() => abort.signal.aborted || onLead())
        return () => abort.abort()
      }
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => (release = resolve))
      locks
        .request(name, { signal: abort.signal }, () => {
          if (!abort.signal.aborted) onLead()
          return held
        })
        // Given up while waiting; or the page may not use locks (an opaque origin): then it leads for itself.
        .catch(() => abort.signal.aborted || onLead())
      return () => {
        abort.abort()
        release()
      }
    },
  }
}
