// The agents' console: a single page, under the strictest policy it can live with.

import { Hono } from 'hono'
import type { RequestFacts } from '../auth/request-facts.ts'
import type { HttpEnv } from './http-env.ts'
import { createPacked } from './packed.ts'
import { notBuilt, type PublicFile, type PublicFiles } from './public-files.ts'

const YEAR_S = 31_536_000

interface Needs {
  readonly basePath: string
  readonly files: PublicFiles
  readonly facts: RequestFacts
  /** Where pictures in messages are, if not here. */
  readonly filesOrigin: string | undefined
}

export function inboxRoutes({ basePath, files, facts, filesOrigin }: Needs): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/inbox', (context) => context.redirect(`${basePath}/inbox/`, 308))

  app.get('/inbox/*', createPacked(), async (context) => {
    const path = context.req.path.slice('/inbox/'.length)
    const asset = path === '' || path === 'index.html' ? undefined : await files.read(`inbox/${path}`)
    if (asset !== undefined)
      return serve(asset, path.startsWith('assets/') ? `public, max-age=${YEAR_S}, immutable` : 'no-cache', {})
    // What looks like a file is none; all else is a place within the page.
    if (/\.[a-z0-9]+$/i.test(path) && path !== 'index.html') return context.notFound()
    const page = await files.read('inbox/index.html')
    if (page === undefined) return notBuilt('inbox')
    return serve(rooted(page, basePath), 'no-cache', {
      'Content-Security-Policy': policy(facts.ownOrigin(context.env.incoming), filesOrigin),
    })
  })

  return app
}

/** The page is also served at `/inbox/{list}/{conversation}`, and `base-uri 'none'` rules out a `<base>`: its assets get full paths. */
function rooted(page: PublicFile, basePath: string): PublicFile {
  const html = new TextDecoder().decode(page.body).replaceAll('="./', () => `="${basePath}/inbox/`)
  return { ...page, body: new TextEncoder().encode(html) }
}

function serve(file: PublicFile, cache: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(file.body, {
    headers: {
      'Content-Type': file.type,
      'Cache-Control': cache,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      ...headers,
    },
  })
}

/** `'self'` does not cover WebSockets in every browser, so the exact host stands there too. */
function policy(ownOrigin: string, filesOrigin = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${ownOrigin.replace(/^http/, 'ws')}`,
    // `blob:` is what somebody is about to send, before it is uploaded.
    `img-src 'self' data: blob: ${filesOrigin}`.trimEnd(),
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}
