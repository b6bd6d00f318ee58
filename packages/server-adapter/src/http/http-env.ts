import type { HttpBindings } from '@hono/node-server'

/** What Node's request brings along: addresses, TLS, and the path as it came. */
export interface HttpEnv {
  Bindings: HttpBindings
}
