// Who may talk to this server at all, by the `Origin` header that browsers send and pages cannot forge. The engine asks
// `mayConnect` before anything else; each namespace then asks its own, exact question.

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { Site } from '../store/store.ts'
import { hashToken } from './hash.ts'
import { isSameOriginFetch, type RequestFacts } from './request-facts.ts'

export interface OriginGuard {
  /** Some site's origin, our own, or none at all. */
  mayConnect(request: IncomingMessage): Promise<boolean>
  /** For cross-origin polling: whether the browser may read the answer. */
  lists(origin: string): Promise<boolean>
  /** Throws `origin_refused` unless the request may act as a visitor of this site. */
  checkVisitor(request: IncomingMessage, site: Site, key: string | undefined): void
  /** Throws `origin_refused` where a page other than ours asks. */
  checkAgent(request: IncomingMessage): void
}

export function createOriginGuard({
  sites,
  facts,
}: {
  readonly sites: SiteDirectory
  readonly facts: RequestFacts
}): OriginGuard {
  const isOwn = (request: IncomingMessage, origin: string) => origin === facts.ownOrigin(request)
  return {
    mayConnect: async (request) => {
      const { origin } = request.headers
      return origin === undefined || isOwn(request, origin) || (await sites.lists(origin))
    },
    lists: (origin) => sites.lists(origin),
    checkVisitor: (request, site, key) => {
      const { origin } = request.headers
      if (origin === undefined) {
        if (isSameOriginFetch(request.headers) || (key !== undefined && isSame(key, site.key))) return
        throw new RequestError('origin_refused', 'a client without an Origin needs the key of the site')
      }
      if (isOwn(request, origin) || site.origins.includes(origin)) return
      throw new RequestError('origin_refused', `${origin} is not on the list of this site`)
    },
    checkAgent: (request) => {
      const { origin } = request.headers
      const site = request.headers['sec-fetch-site']
      const isForeign = origin === undefined ? site === 'cross-site' || site === 'same-site' : !isOwn(request, origin)
      if (isForeign) throw new RequestError('origin_refused', 'the inbox is open to its own pages only')
    },
  }
}

/** In constant time: hashed first, so that the lengths agree. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)))
