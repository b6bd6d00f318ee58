import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createManualClock } from '../../readers/testing.test.support.ts'
import { createAccessTokens } from './access-tokens.ts'

const SECRETS = { clientSecret: 'hush of the client', refreshToken: 'hush of the refresh' }

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A provider that answers so; what it was asked. */
async function provider(answer: RequestListener) {
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += String(part)))
    request.on('end', () => {
      asked.push(new URLSearchParams(body))
      answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const oauth = { tokenUrl: `http://127.0.0.1:${port}/token`, clientId: 'pendopo', ...SECRETS }
  return { asked, oauth, port }
}

it('[EM59] an access token is asked for with the refresh token, once for as long as it holds', async () => {
  let made = 0
  const { asked, oauth } = await provider((_, response) => {
    made += 1
    response.end(JSON.stringify({ access_token: `token ${made}`, expires_in: 3_600 }))
  })
  const clock = createManualClock()
  const tokens = createAccessTokens(clock.now)
  expect(await Promise.all([tokens.of(oauth), tokens.of(oauth)])).toEqual(['token 1', 'token 1'])
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    ...{ grant_type: 'refresh_token', client_id: 'pendopo' },
    ...{ client_secret: SECRETS.clientSecret, refresh_token: SECRETS.refreshToken },
  })
  clock.advance(3_600_000 - 60_000 - 1)
  expect(await tokens.of(oauth)).toBe('token 1')
  clock.advance(1)
  expect(await tokens.of(oauth)).toBe('token 2')
})

it('[EM65] a provider that refuses is quoted, without the secrets that it repeats, and asked again the next time', async () => {
  let isRight = false
  const { oauth } = await provider((_, response) => {
    if (isRight) return response.end(JSON.stringify({ access_token: 'token' }))
    const description = `${SECRETS.refreshToken} of ${SECRETS.clientSecret} has been revoked`
    return response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant', error_description: description }))
  })
  const tokens = createAccessTokens(createManualClock().now)
  await expect(tokens.of(oauth)).rejects.toThrow(/^unable to get an access token; … of … has been revoked$/)
  isRight = true
  expect(await tokens.of(oauth)).toBe('token')
})

it('[EM159] the secrets go to the address that an admin has typed, and follow it nowhere else', async () => {
  const elsewhere = await provider((_, response) => response.end(JSON.stringify({ access_token: 'stolen' })))
  for (const status of [301, 302, 307, 308]) {
    const { oauth } = await provider((_, response) =>
      response.writeHead(status, { location: elsewhere.oauth.tokenUrl }).end(),
    )
    await expect(createAccessTokens(createManualClock().now).of(oauth)).rejects.toThrow()
  }
  expect(elsewhere.asked).toEqual([])
})
