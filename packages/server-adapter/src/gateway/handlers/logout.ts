import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'

/**
 * `logout`: the browser's token is given up, so that a copy of it is worth nothing. Its sockets end, this one too, after
 * the answer has left.
 */
export function logoutHandler({ store, now, revoke }: GatewayContext) {
  return defineHandler('logout', async ({ workspace, visitor, wire }) => {
    const { browser } = visitor
    await store.directory.retireIdentity(workspace, browser, null, now())
    setImmediate(() => {
      revoke({ kind: 'identity', identity: browser })
      wire.disconnect()
    })
    return {}
  })
}
