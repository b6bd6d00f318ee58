// What proves who somebody is, empty, blank or of another kind: nowhere does it prove anything.

import { PROTOCOL_VERSION } from '@pendopo/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { newToken, ORIGIN, startTestServer, type TestServer } from '../testing/test-server.ts'

const Refused = v.object({ error: v.object({ code: v.string() }) })
const Refusal = v.object({ data: v.object({ code: v.string() }) })

/** As text, for headers and addresses. */
const BLANK = ['', ' ', '%20', '[]', '{}', 'null', 'undefined', '0', '""', '\t']
/** As JSON, for handshakes and bodies. */
const ODD = ['', ' ', '   ', [], [''], {}, { $ne: 1 }, null, 0, true]

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  // An agent and a visitor to be taken for.
  await server.agent()
  await server.visitor()
})
afterAll(async () => {
  await server.close()
})

const codeOf = async (response: Response): Promise<string> => {
  const parsed = v.safeParse(Refused, await response.json().catch(() => null))
  return parsed.success ? parsed.output.error.code : `status ${response.status}`
}

const ask = (path: string, headers: Record<string, string>, body?: unknown) =>
  fetch(`${server.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { origin: server.url, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

async function refusal(namespace: '/visitor' | '/agent', auth: object, headers: Record<string, string>) {
  try {
    await server.connect(namespace, auth, headers)
    return 'connected'
  } catch (error) {
    return v.parse(Refusal, error).data.code
  }
}

describe('an empty token', () => {
  it('[SC38] in an agent’s cookie is nobody, on every route that asks for a session and on the socket', async () => {
    const routes = server.pendopo.routes
      .filter((route) => route.includes(' /api/agent/') && !/login|logout$|files|:/.test(route))
      .map((route) => route.split(' '))
    expect(routes.length).toBeGreaterThan(5)
    for (const blank of BLANK) {
      for (const name of ['pendopo', '__Host-pendopo']) {
        const cookie = `${name}=${blank}`
        for (const [method, path = ''] of routes)
          expect([path, await codeOf(await ask(path, { cookie }, method === 'POST' ? {} : undefined))]).toEqual([
            path,
            'unauthenticated',
          ])
        expect(await refusal('/agent', { version: PROTOCOL_VERSION }, { cookie, origin: server.url })).toBe(
          'unauthenticated',
        )
      }
    }
  })

  it('[SC38] of a visitor opens no socket, uploads nothing and gives nothing up', async () => {
    for (const token of ODD) {
      const auth = { version: PROTOCOL_VERSION, site: 'acme', token }
      expect([token, await refusal('/visitor', auth, { origin: ORIGIN })]).toEqual([token, 'invalid'])
    }
    for (const blank of BLANK)
      for (const authorization of [blank, `Bearer ${blank}`, 'Bearer']) {
        const upload = await ask('/acme/files?name=a.txt', { origin: ORIGIN, authorization }, 'text')
        expect([authorization, upload.status >= 400 && upload.status < 500]).toEqual([authorization, true])
      }
  })

  it('[SC38] of the host’s back end signs nobody in', async () => {
    for (const identity of ODD.filter((odd) => odd !== null)) {
      const auth = { version: PROTOCOL_VERSION, site: 'acme', token: newToken(), identity }
      expect([
        identity,
        ['invalid', 'unauthenticated'].includes(await refusal('/visitor', auth, { origin: ORIGIN })),
      ]).toEqual([identity, true])
    }
  })

  it('[SC38] in place of a site’s key lets no program in', async () => {
    for (const key of ODD) {
      const auth = { version: PROTOCOL_VERSION, site: 'acme', token: newToken(), key }
      expect([key, ['invalid', 'origin_refused'].includes(await refusal('/visitor', auth, {}))]).toEqual([key, true])
    }
  })

  it('[SC38] in place of a password or a code is refused before anything is compared', async () => {
    const { agent, cookie } = await server.agent()
    for (const odd of ODD.filter((one) => one !== ' ' && one !== '   ')) {
      expect(await codeOf(await ask('/api/agent/login', {}, { email: agent.email, password: odd }))).toBe('invalid')
      expect(
        await codeOf(await ask('/api/agent/password', { cookie }, { current: odd, next: 'long enough for it' })),
      ).toBe('invalid')
      expect(await codeOf(await ask('/api/agent/two-step/confirm', { cookie }, { code: odd }))).toBe('invalid')
    }
  })

  it('[SC38] in place of a file’s signature opens nothing', async () => {
    const id = '0'.repeat(32)
    for (const blank of BLANK)
      for (const query of [`expires=9999999999999&signature=${blank}`, `signature=${blank}`, `signature[]=${blank}`])
        expect((await ask(`/files/${id}?${query}`, {})).status).toBe(404)
  })
})
