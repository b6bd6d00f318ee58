// Addresses of files: asked for together, remembered while they hold, and asked for again when the network is back.

import type { Clock } from '../environment.ts'
import type { Connection } from '../connection/create-connection.ts'
import { PendopoError } from '../pendopo-error.ts'

interface Wanted {
  readonly conversation: string
  readonly id: string
  resolve(url: string): void
  reject(error: unknown): void
}

/** So much before its end an address is asked for anew: a click is to find it alive. */
const SPARE_MS = 30_000

/** What one request may ask for. */
const AT_ONCE = 50

export function createFileUrls(
  server: string,
  connection: Pick<Connection<never>, 'request' | 'onOnline'>,
  clock: Clock,
) {
  const base = `${server.replace(/\/+$/u, '')}/`
  const known = new Map<string, { readonly url: string; readonly until: number }>()
  let waiting: Wanted[] = []

  async function ask(conversation: string, wanted: readonly Wanted[]): Promise<void> {
    try {
      const files = wanted.map(({ id }) => id)
      const { urls, expiresIn } = await connection.request('file-urls', { conversation, files })
      for (const { id, url } of urls)
        known.set(id, { url: new URL(url, base).href, until: clock.now() + expiresIn - SPARE_MS })
      for (const { id, resolve, reject } of wanted) {
        const found = known.get(id)
        if (found === undefined) reject(new PendopoError('not_found', 'unable to open the file; it is not there'))
        else resolve(found.url)
      }
    } catch (error) {
      if (!(error instanceof PendopoError) || error.code !== 'unavailable')
        return wanted.forEach(({ reject }) => reject(error))
      const stop = connection.onOnline(() => {
        stop()
        void ask(conversation, wanted)
      })
    }
  }

  function flush(): void {
    const all = waiting
    waiting = []
    for (const conversation of new Set(all.map((one) => one.conversation))) {
      const wanted = all.filter((one) => one.conversation === conversation)
      for (let from = 0; from < wanted.length; from += AT_ONCE)
        void ask(conversation, wanted.slice(from, from + AT_ONCE))
    }
  }

  return (conversation: string, id: string): Promise<string> => {
    const found = known.get(id)
    if (found !== undefined && found.until > clock.now()) return Promise.resolve(found.url)
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) queueMicrotask(flush)
      waiting.push({ conversation, id, resolve, reject })
    })
  }
}
