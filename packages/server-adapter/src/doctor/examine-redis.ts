import { createClient } from '@redis/client'
import { checkRedisAddress } from '../cluster/redis-bus.ts'
import { withoutPassword } from '../database-address.ts'
import { fail, ok, toReason, type Finding } from './finding.ts'

const ANSWER_WITHIN_MS = 3_000

/** Whether the Redis that nodes hear each other by answers; it is asked once. */
export async function examineRedis(address: string | undefined): Promise<Finding> {
  if (address === undefined || address === '') return ok('redis', 'not set up: it takes more than one node to need it')
  const shown = withoutPassword(address)
  const advice = 'start it, or set the address right (--redis or PENDOPO_REDIS)'
  try {
    checkRedisAddress(address)
  } catch (error) {
    return fail('redis', toReason(error), advice)
  }
  const client = createClient({
    url: address,
    socket: { connectTimeout: ANSWER_WITHIN_MS, reconnectStrategy: false },
    commandOptions: { timeout: ANSWER_WITHIN_MS },
  })
  // What breaks rejects below as well; an event that nobody hears ends the process.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.ping()
    return ok('redis', `${shown} answers`)
  } catch (error) {
    return fail('redis', `${shown} does not answer; ${toReason(error)}`, advice)
  } finally {
    if (client.isOpen) client.destroy()
  }
}
