// Somebody's website: pages served from an origin of their own, with any headers. Remembers who asked for what.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HostPage {
  readonly body: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

export interface HostSite {
  readonly origin: string
  /** Puts a page at a path. */
  set(path: string, page: HostPage): void
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[]
  /** Bodies of POSTs, such as reports of a content security policy. */
  readonly posted: readonly string[]
  close(): Promise<void>
}

/** Starts a website on a free port. */
export async function startHostSite(): Promise<HostSite> {
  const pages = new Map<string, HostPage>()
  const asked: string[] = []
  const posted: string[] = []
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host')
    asked.push(pathname)
    if (request.method === 'POST') {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => void (body += chunk))
      request.on('end', () => {
        posted.push(body)
        response.writeHead(204).end()
      })
      return
    }
    const page = pages.get(pathname)
    if (page === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.body)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    set: (path, page) => void pages.set(path, page),
    asked,
    posted,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

/** A plain page of this website with the widget's tag at its end. */
export const hostHtml = ({
  server,
  site,
  head = '',
  nonce,
  title = 'Acme',
}: {
  server: string
  site: string
  head?: string
  nonce?: string
  title?: string
}): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}</head>
<body><h1>Acme</h1><p>We sell anvils.</p><script async ${nonce === undefined ? '' : `nonce="${nonce}" `}src="${server}/${site}/widget.js"></script></body></html>`
