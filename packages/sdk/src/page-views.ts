import { CLIENT_LIMITS, type Page } from '@pendopo/protocol'
import type { Clock } from './environment.ts'

/** Pages that are left sooner than this were on the way to another: one command for all of them. */
const SETTLE_MS = 1_000

export interface PageViews {
  /** The page the visitor is on, as far as anybody told: what a conversation is opened with. */
  current(): Page | undefined
  view(page: Page): void
  /** The last page is told (again) where it has not been. */
  flush(): void
  close(): void
}

/** `tell` gives `null` where nobody can be told: without an open conversation, the next opening carries the page. */
export function createPageViews(clock: Clock, tell: (page: Page) => Promise<void> | null): PageViews {
  let page: Page | undefined
  let told: Page | undefined
  let cancel: (() => void) | null = null

  function flush(): void {
    const next = page
    if (next === undefined || next === told) return
    tell(next)?.then(
      () => (told = next),
      () => {},
    )
  }

  return {
    current: () => page,
    view(next) {
      page = cut(next)
      cancel?.()
      cancel = clock.after(SETTLE_MS, flush)
    },
    flush,
    close: () => cancel?.(),
  }
}

/** Addresses and titles longer than the wire takes are cut: a long query string must not keep a message from being sent. */
const cut = ({ url, title, referrer }: Page): Page => ({
  url: url.slice(0, CLIENT_LIMITS.urlLength),
  ...(title !== undefined && { title: title.slice(0, CLIENT_LIMITS.titleLength) }),
  ...(referrer !== undefined && { referrer: referrer.slice(0, CLIENT_LIMITS.urlLength) }),
})
