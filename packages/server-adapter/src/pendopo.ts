// What `createPendopo` gives.

import type { RequestListener, Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Installation } from './installation.ts'

/** A running server: mount it, or let it listen by itself. */
export interface Pendopo extends Installation {
  /**
   * Puts the sockets on an HTTP server, and the handler too where the server has none of its own yet. Once.
   * Under Express: `app.use('/chat', pendopo.handler)`, then `pendopo.attach(createServer(app))`.
   */
  attach(server: HttpServer | HttpsServer): void
  /** A Node `(request, response)` handler for everything below `basePath`. */
  readonly handler: RequestListener
  /** Method and path below `basePath` of everything it serves: for firewalls, and for the test of who may what. */
  readonly routes: readonly string[]
  /** Listens on a server of its own. Rejects where the port is taken. */
  listen(port: number, host?: string): Promise<{ readonly server: HttpServer; readonly port: number }>
  /**
   * Drains and ends: health says so at once, then nothing new comes in, what is in hand is finished, sockets are told to
   * connect elsewhere, the database is closed. Within half a minute, `drainWaitMs` aside. May be called twice.
   */
  close(): Promise<void>
}
