import { expect, it } from 'vitest'
import { startTestServer, newToken, open } from '../testing/test-server.ts'

it('[SC24] of many openings at once as many pass as an hour allows', async () => {
  const server = await startTestServer({ limits: { newConversationsPerHourPerAddress: 3, socketsPerAddress: 100 } })
  try {
    const visitors = await Promise.all(Array.from({ length: 6 }, () => server.visitor({ token: newToken() })))
    const replies = await Promise.all(
      visitors.map((visitor) => visitor.socket.emitWithAck('commands', { commands: [open()] })),
    )
    expect(replies.filter(({ ok }) => ok)).toHaveLength(3)
    expect(replies.find(({ ok }) => !ok)).toMatchObject({
      error: { code: 'rate_limited', retryAfter: expect.any(Number) },
    })
  } finally {
    await server.close()
  }
})
