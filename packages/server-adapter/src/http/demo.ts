// The demo page: an invented shop with the widget of the site `demo` on it. A file, so that it can be opened, read and
// changed like any page an owner has.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Hono } from 'hono'
import { findPackage } from '../package-root.ts'
import type { HttpEnv } from './http-env.ts'

/** In the file, where the address of this server goes. */
const BASE_TOKEN = /\{\{base\}\}/g

export function demoRoutes({ basePath }: { readonly basePath: string }): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  const file = join(findPackage().folder, 'public/demo/index.html')

  const page = async () => {
    const html = (await readFile(file, 'utf8')).replaceAll(BASE_TOKEN, () => basePath)
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    }
    return new Response(html, { headers })
  }
  app.get('/demo', page)
  app.get('/demo/', page)
  return app
}
