// `/{site}/widget.js`: the loader with the site's configuration in it. Short-lived and revalidated, while the chunks it
// loads never change under their name.

import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import * as v from 'valibot'
import { RequestError } from '../request-error.ts'
import { servableConfig } from '../sites/site-config.ts'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { Site } from '../store/store.ts'
import { errorResponse } from './errors.ts'
import type { HttpEnv } from './http-env.ts'
import { notBuilt, type PublicFiles } from './public-files.ts'

/** In the built loader, quotes included: a string that any minifier leaves alone. */
const CONFIG_TOKEN = '"__PENDOPO_CONFIG__"'
const LOADER_MAX_AGE_S = 300
const YEAR_S = 31_536_000

const Manifest = v.object({ entry: v.string() })

export function widgetRoutes({
  sites,
  files,
}: {
  readonly sites: SiteDirectory
  readonly files: PublicFiles
}): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/:site/widget.js', async (context) => {
    const site = await sites.find(context.req.param('site'))
    if (site === undefined) return errorResponse(context, new RequestError('not_found', 'no such site'))
    const loader = await files.read('widget/loader.js')
    const manifest = await files.read('widget/manifest.json')
    if (loader === undefined || manifest === undefined) return notBuilt('widget')
    const { entry } = v.parse(Manifest, JSON.parse(decode(manifest.body)))
    const config = toScript({ ...servableConfig(site.config), site: site.id, name: site.name, entry })
    // A function, because a replacement string would read `$&` in somebody's greeting.
    const script = decode(loader.body).replace(CONFIG_TOKEN, () => config)
    const etag = `"${createHash('sha256').update(script).digest('base64url').slice(0, 27)}"`
    context.header('ETag', etag)
    context.header('Cache-Control', `public, max-age=${LOADER_MAX_AGE_S}`)
    context.header('X-Content-Type-Options', 'nosniff')
    // A page that isolates itself (COEP) loads only what says that it may be loaded.
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    if (isSame(context.req.header('if-none-match'), etag)) return context.body(null, 304)
    context.header('Content-Type', 'text/javascript; charset=utf-8')
    return context.body(script)
  })

  app.get('/assets/widget/:path{.+}', async (context) => {
    const file = await files.read(`widget/assets/${context.req.param('path')}`)
    if (file === undefined) return errorResponse(context, new RequestError('not_found', 'no such file'))
    context.header('Content-Type', file.type)
    context.header('Cache-Control', `public, max-age=${YEAR_S}, immutable`)
    // A module script is fetched with CORS from every page the widget is on; the file is the same for all.
    context.header('Access-Control-Allow-Origin', '*')
    context.header('Cross-Origin-Resource-Policy', 'cross-origin')
    context.header('X-Content-Type-Options', 'nosniff')
    return context.body(file.body)
  })

  return app
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** JSON that is safe wherever a script may stand: no `</script>`, no comment, no old line separators. */
function toScript(config: Readonly<Record<string, unknown>> & Pick<Site, 'name'>): string {
  return JSON.stringify(config).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const isSame = (header: string | undefined, etag: string): boolean =>
  header?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false
