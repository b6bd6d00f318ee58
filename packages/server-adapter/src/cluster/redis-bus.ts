// The bus on Redis: one channel for an installation, one connection for both directions. The client reconnects by
// itself; one that stays silent is replaced, whatever it says of itself: a network that swallows, a subscription that was
// lost, a handshake that a dying Redis never answered.

import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '@redis/client'
import type { Logger } from 'pino'
import type { Bus, OpenBus } from './bus.ts'

/** The connection is back so soon after Redis is. */
const RECONNECT_MAX_MS = 1_000
const RECONNECT_MS = 100
const CONNECT_WITHIN_MS = 2_000
/** A beat a second comes back on a connection that works; a new one has time to connect and to try again. */
const SILENT_MS = 4_000
const LOOK_EVERY_MS = 500
/** For what is on its way when a node closes. */
const LAST_WORDS_MS = 1_000
/** Commands that wait for a connection which does not take them; beyond, messages are dropped. */
const COMMANDS_WAITING = 2_000

/** Rejects what is no address of a Redis with a TypeError. */
export function checkRedisAddress(address: string): void {
  if (!URL.canParse(address) || !['redis:', 'rediss:'].includes(new URL(address).protocol))
    throw new TypeError(
      `unable to use this address of Redis; write redis://host:6379 or rediss://user:password@host:6380`,
    )
}

/** A client that keeps trying, and fails at once while it has no connection. */
export function createRedisClient(url: string, logger: Logger) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: COMMANDS_WAITING,
    socket: {
      connectTimeout: CONNECT_WITHIN_MS,
      reconnectStrategy: (retries) => Math.min(RECONNECT_MS * 2 ** retries, RECONNECT_MAX_MS),
    },
  })
  // Once for each attempt; that nodes do not hear each other is said once, where it is noticed.
  client.on('error', (error: unknown) => logger.debug({ err: error }, 'Redis does not answer'))
  return client
}

/** Ends a client for good. One that is just connecting does not notice, and would stay: it is told again when it stands. */
export function endRedisClient(client: ReturnType<typeof createRedisClient>): void {
  client.once('ready', () => client.destroy())
  if (client.isOpen) client.destroy()
}

export function createRedisBus(url: string, channel: string, logger: Logger): OpenBus {
  return (listener): Bus => {
    let heardAt = performance.now()
    let client = connect()

    function connect() {
      const made = createRedisClient(url, logger)
      made
        .connect()
        .then(() =>
          made.subscribe(channel, (text) => {
            if (made !== client) return
            heardAt = performance.now()
            listener(text)
          }),
        )
        // It was closed meanwhile, or the connection broke before the subscription: silence, and so another one.
        .catch((error: unknown) => logger.debug({ err: error }, 'unable to subscribe'))
      return made
    }

    const watch = setInterval(() => {
      if (performance.now() - heardAt < SILENT_MS) return
      heardAt = performance.now()
      endRedisClient(client)
      client = connect()
    }, LOOK_EVERY_MS)
    watch.unref()

    return {
      publish(text) {
        // Lost: the others notice by the number.
        if (client.isReady) client.publish(channel, text).catch(() => {})
      },
      async close() {
        clearInterval(watch)
        const last = client
        // What was published last is still to go out; a Redis that does not take it holds up nobody's end.
        if (last.isReady)
          await Promise.race([last.close().catch(() => {}), pause(LAST_WORDS_MS, undefined, { ref: false })])
        endRedisClient(last)
      },
    }
  }
}
