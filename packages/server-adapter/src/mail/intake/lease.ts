import type { Clock } from '../../readers/clock.ts'

/** Says that we are the only one: of several nodes, one watches a mailbox. */
export interface Lease {
  /** Takes it, or keeps it for longer; false where somebody else has it. A rejection is a no as well. */
  acquire(): Promise<boolean>
  /** Gives it back, so that another need not wait for its end. */
  release?(): Promise<void>
  /** How often it is renewed: well before it ends. */
  readonly renewEveryMs: number
}

/**
 * Runs `work` while the lease is ours; its signal is given when the lease is lost, or `stop` is. Resolves with false where
 * the lease was not to be had.
 */
export async function whileLeased(
  lease: Lease,
  clock: Clock,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const acquire = () => lease.acquire().catch(() => false)
  if (!(await acquire())) return false
  const lost = new AbortController()
  const end = () => lost.abort()
  let isOver = false
  let cancel = () => {}
  const renewLater = () => {
    cancel = clock.after(lease.renewEveryMs, () => {
      void acquire().then((isOurs) => {
        if (isOver) return
        if (isOurs) renewLater()
        else end()
      })
    })
  }
  if (stop.aborted) end()
  else stop.addEventListener('abort', end)
  renewLater()
  try {
    await work(lost.signal)
  } finally {
    isOver = true
    cancel()
    stop.removeEventListener('abort', end)
  }
  return true
}
