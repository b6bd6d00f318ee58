import type { VisitorWelcome } from '@pendopo/protocol'
import { describe, expect, it } from 'vitest'
import { createFakeServer, createManualClock, createTestEnvironment } from '../testing.ts'
import { createConnection } from './create-connection.ts'
import { OFFLINE_AFTER_MS, PROBE_TIMEOUT_MS, REQUEST_TIMEOUT_MS, REST_AFTER_MS } from './timing.ts'

const TOKEN = 'a'.repeat(43)

function setUp() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const environment = createTestEnvironment({ clock, transport: server.transport() })
  const connection = createConnection<VisitorWelcome>({
    server: 'https://chat.example.com',
    namespace: '/visitor',
    environment,
    probe: { name: 'heads', argument: {} },
    auth: async () => ({ version: 1, site: 'acme', token: TOKEN }),
  })
  const statuses: string[] = []
  connection.$status.subscribe((status) => statuses.push(status))
  return { clock, server, environment, connection, statuses }
}

describe('createConnection', () => {
  it('[CN2] [CN3] comes back after a cut without a flicker', async () => {
    const { clock, server, connection, statuses } = setUp()
    let welcomes = 0
    connection.onOnline(() => welcomes++)
    connection.connect()
    await clock.settle()
    server.dropsConnection()
    await clock.advance(OFFLINE_AFTER_MS)
    expect(welcomes).toBe(2)
    expect(statuses).toEqual(['idle', 'connecting', 'online'])
  })

  it('[CN4] a connection that went dark is found out by an ack that does not come, and replaced', async () => {
    const { clock, server, connection, statuses } = setUp()
    connection.connect()
    await clock.settle()
    server.goesDark()
    const asked = connection.request('heads', {})
    await Promise.all([
      expect(asked).rejects.toMatchObject({ name: 'PendopoError', code: 'unavailable', retryable: true }),
      clock.advance(REQUEST_TIMEOUT_MS + PROBE_TIMEOUT_MS),
    ])
    server.comesBack()
    await clock.advance(60_000)
    expect(connection.isOnline()).toBe(true)
    expect(statuses.at(-1)).toBe('online')
  })

  it('[CN5] says why it is refused, and forgets it when it is not any more', async () => {
    const { clock, server, connection } = setUp()
    server.refusesConnections({ code: 'origin_refused', message: 'not on the list' })
    connection.connect()
    await clock.advance(600_000)
    expect(connection.$status.get()).toBe('refused')
    expect(connection.$error.get()).toMatchObject({ code: 'origin_refused' })
    server.refusesConnections(null)
    connection.connect()
    await clock.settle()
    expect(connection.$status.get()).toBe('online')
    expect(connection.$error.get()).toBeNull()
  })

  it('[CN7] waits as long as the server says', async () => {
    const { clock, server, environment, connection } = setUp()
    server.refusesConnections({ code: 'overloaded', message: 'full', retryAfter: 20_000 })
    connection.connect()
    await clock.settle()
    server.refusesConnections(null)
    environment.setOnline(true)
    await clock.advance(19_000)
    expect(connection.isOnline()).toBe(false)
    await clock.advance(21_000)
    expect(connection.isOnline()).toBe(true)
  })

  it('[CN8] rests while nobody looks', async () => {
    const { clock, environment, connection, statuses } = setUp()
    connection.connect()
    await clock.settle()
    environment.setVisible(false)
    await clock.advance(REST_AFTER_MS)
    expect(connection.isOnline()).toBe(false)
    environment.setVisible(true)
    await clock.settle()
    expect(connection.isOnline()).toBe(true)
    expect(statuses).toEqual(['idle', 'connecting', 'online'])
  })

  it('[CN11] [CN12] after close nothing is heard and nothing is tried', async () => {
    const { clock, connection } = setUp()
    const heard: unknown[] = []
    connection.onPacket('welcome', (packet) => heard.push(packet))
    connection.connect()
    connection.close()
    connection.close()
    connection.connect()
    await clock.advance(60_000)
    expect(heard).toEqual([])
    expect(connection.$status.get()).toBe('idle')
  })

  it('[CN13] a refusal in an ack is an error of the table', async () => {
    const { clock, server, connection } = setUp()
    connection.connect()
    await clock.settle()
    server.refusesOnce('rate_limited', { retryAfter: 2_000 })
    await Promise.all([
      expect(connection.request('heads', {})).rejects.toMatchObject({
        code: 'rate_limited',
        retryAfter: 2_000,
      }),
      clock.settle(),
    ])
    const gone = connection.request('sync', { conversation: '0199c82c-c000-7da6-b494-3f19e768b8a8', have: null })
    await Promise.all([expect(gone).rejects.toMatchObject({ code: 'not_found', retryable: false }), clock.settle()])
  })
})
