// Waits for news of an open folder: told by the server (IDLE) where it can, else by asking it on a beat.

import type { ImapFlow } from 'imapflow'
import type { Clock } from '../../readers/clock.ts'
import { SILENCE_MS } from './open-imap.ts'

/** Where the server cannot tell. */
const POLL_MS = 60_000
/** RFC 2177 asks for less than 29 minutes; what stands in between forgets sooner. */
const IDLE_MS = 9 * 60_000
/** An IDLE that ends within this time without news was refused. */
const IDLE_REFUSED_MS = 500

export interface MailBell {
  /** Whether the server tells by itself. */
  readonly pushed: boolean
  /** Resolves when it is worth looking. */
  wait(signal: AbortSignal): Promise<void>
}

export function createMailBell(client: ImapFlow, clock: Clock, silenceMs = SILENCE_MS): MailBell {
  let idles = client.capabilities.has('IDLE')
  let news = false
  let ring = () => {}
  client.on('exists', () => {
    news = true
    ring()
  })
  client.once('close', () => ring())

  return {
    get pushed() {
      return idles
    },
    async wait(signal) {
      if (!news && client.usable && !signal.aborted) {
        const rung = new Promise<void>((resolve) => (ring = resolve))
        const onAbort = () => ring()
        signal.addEventListener('abort', onAbort)
        const cancel = clock.after(idles ? IDLE_MS : POLL_MS, () => ring())
        if (idles) void idle(() => ring())
        await rung
        cancel()
        signal.removeEventListener('abort', onAbort)
        // It ends an IDLE, and a server that tells nothing by itself tells now.
        if (client.usable && !signal.aborted) await ask()
      }
      news = false
    },
  }

  /** ImapFlow waits without end where an IDLE was sent and its beginning never confirmed. */
  async function ask(): Promise<void> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      client.close()
    }, silenceMs)
    try {
      await client.noop()
    } catch (error) {
      throw isLate ? new Error('the server does not answer') : error
    } finally {
      clearTimeout(timer)
    }
  }

  async function idle(onEnd: () => void): Promise<void> {
    const began = performance.now()
    // It resolves with false where it failed; a connection that broke is told by `close`.
    const ended = await client.idle().catch(() => false)
    if (ended === false && client.usable && performance.now() - began < IDLE_REFUSED_MS) idles = false
    onEnd()
  }
}
