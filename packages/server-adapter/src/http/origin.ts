// `/{site}/origin`: may the page that asks chat here? A socket that is refused cannot say so, because a browser shows a
// page nothing of a handshake that failed. This answer everybody may read: it says only what trying would show.

import { Hono } from 'hono'
import type { OriginGuard } from '../auth/origin-guard.ts'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { HttpEnv } from './http-env.ts'

interface Needs {
  readonly sites: SiteDirectory
  readonly guard: OriginGuard
}

export function originRoutes({ sites, guard }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/:site/origin', async (context) => {
    context.header('Access-Control-Allow-Origin', '*')
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    context.header('Cache-Control', 'no-store')
    context.header('Vary', 'Origin')
    const site = await sites.find(context.req.param('site'))
    if (site === undefined) throw new RequestError('not_found', 'no such site')
    // Without an origin nobody is turned away for one: such a client shows its key when it joins, and is told there.
    if (context.req.header('origin') !== undefined) guard.checkVisitor(context.env.incoming, site, undefined)
    return context.body(null, 204)
  })

  return app
}
