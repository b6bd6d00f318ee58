// `/{site}/widget.js`: the loader with the site's configuration in it. Short-lived and revalidated, while the chunks it
// loads never change under their name. `/{site}/widget.DIGEST.js` is the same under a name that never changes its content:
// for pages that say which content they want.

import { Hono, type Context } from 'hono'
import { RequestError } from '../request-error.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import { errorResponse } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { createPacked } from './packed.ts'
import { notBuilt, type PublicFiles } from './public-files.ts'
import { toSiteLoader } from './site-loader.ts'

const LOADER_MAX_AGE_S = 300
const YEAR_S = 31_536_000
const IMMUTABLE = `public, max-age=${YEAR_S}, immutable`
const OUTDATED =
  'the widget or the settings of the site have changed since; pendopo site snippet says what is right now'

export function widgetRoutes({
  sites,
  files,
}: {
  readonly sites: SiteDirectory
  readonly files: PublicFiles
}): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const packed = createPacked()

  async function loader(context: Context<HttpEnv>, pinned?: string): Promise<Response> {
    const site = await sites.find(context.req.param('site') ?? '')
    if (site === undefined) return errorResponse(context, new RequestError('not_found', 'no such site'))
    const found = await toSiteLoader(files, site)
    if (found === undefined) return notBuilt('widget')
    const { script, digest } = found
    if (pinned !== undefined && pinned !== digest)
      return errorResponse(context, new RequestError('not_found', OUTDATED))
    const etag = `"${digest}"`
    context.header('ETag', etag)
    context.header('Cache-Control', pinned === undefined ? `public, max-age=${LOADER_MAX_AGE_S}` : IMMUTABLE)
    // Only what was fetched with CORS is compared with a hash.
    if (pinned !== undefined) context.header('Access-Control-Allow-Origin', '*')
    context.header('X-Content-Type-Options', 'nosniff')
    // A page that isolates itself (COEP) loads only what says that it may be loaded.
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    if (isSame(context.req.header('if-none-match'), etag)) return context.body(null, 304)
    context.header('Content-Type', 'text/javascript; charset=utf-8')
    return context.body(script)
  }

  app.get('/:site/widget.js', packed, (context) => loader(context))
  app.get('/:site/:loader{widget\\.[\\w-]{27}\\.js}', packed, (context) =>
    loader(context, context.req.param('loader').split('.')[1] ?? ''),
  )

  app.get('/assets/widget/:path{.+}', packed, async (context) => {
    const file = await files.read(`widget/assets/${context.req.param('path')}`)
    if (file === undefined) return errorResponse(context, new RequestError('not_found', 'no such file'))
    context.header('Content-Type', file.type)
    context.header('Cache-Control', IMMUTABLE)
    // A module script is fetched with CORS from every page the widget is on; the file is the same for all.
    context.header('Access-Control-Allow-Origin', '*')
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    context.header('X-Content-Type-Options', 'nosniff')
    return context.body(file.body)
  })

  return app
}

const isSame = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false
