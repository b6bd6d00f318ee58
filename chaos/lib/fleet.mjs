// A process of SDK clients, as the harness holds it: what it can be told, stopped with, or killed by.

import { startChild } from '../../bench/lib/children.mjs'
import { fileURLToPath } from 'node:url'
import { CURRENT, fileOf } from './products.mjs'

const PROGRAM = fileURLToPath(new URL('../programs/fleet.mjs', import.meta.url))

/** Starts one, empty. */
export function startFleet({ product = CURRENT, server, entry, env = {} }) {
  const child = startChild(PROGRAM, { env })
  const sdk = fileOf(product, 'sdk', 'dist/index.node.js')
  const inbox = fileOf(product, 'sdk', 'dist/inbox.node.js')
  return {
    ask: child.ask,
    signal: (signal) => void process.kill(child.pid, signal),
    joinVisitors: (names, options = {}) =>
      child.ask('joinVisitors', { module: sdk, server, site: entry.site, key: entry.key, names, ...options }),
    joinAgents: (logins) => child.ask('joinAgents', { module: inbox, server, logins }),
    close: child.close,
    /** SIGKILL, in the middle of whatever it does. */
    async kill() {
      process.kill(child.pid, 'SIGKILL')
      await child.close()
    },
  }
}
