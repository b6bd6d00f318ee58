// A body that takes longer to arrive than it should is somebody holding a connection. Uploads have their own patience (see
// `files/read-body.ts`), so the server's `requestTimeout` is theirs; all others are given less.

import type { Server } from 'node:http'
import type { ServerLimits } from '../options.ts'

const UPLOAD = /\/files(?:\?|$)/

export function dropSlowBodies(server: Server, { bodyWithinMs }: Pick<ServerLimits, 'bodyWithinMs'>): void {
  server.on('request', (request) => {
    if (request.method === 'GET' || request.method === 'HEAD' || UPLOAD.test(request.url ?? '')) return
    const timer = setTimeout(() => request.destroy(), bodyWithinMs)
    request.once('close', () => clearTimeout(timer))
  })
}
