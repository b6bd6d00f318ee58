// Two-step sign-in over HTTP, from turning it on to losing the telephone.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { totpAt } from '../auth/totp.ts'
import { cookieOf, startTestServer, type TestServer } from '../testing/test-server.ts'

const Begun = v.object({ secret: v.string(), uri: v.string() })
const Confirmed = v.object({ recoveryCodes: v.array(v.string()) })
const Refused = v.object({ error: v.object({ code: v.string() }) })

/** So few that the test is short: each attempt costs what a password costs. */
const WRONG_CODES = 4

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    limits: {
      loginsPerAddress: 1_000,
      loginsPerAccount: 100,
      loginsPerAccountAnywhere: 100,
      codesPerAccount: WRONG_CODES,
    },
  })
})
afterAll(async () => {
  await server.close()
})

/** The code of now, or of a step later, which is taken too. */
const codeOf = (secret: string, later: 0 | 1 = 0) => totpAt(secret, Math.floor(Date.now() / 30_000) + later)

/** Never a code of these days. */
function wrongCode(secret: string): string {
  const present = Math.floor(Date.now() / 30_000)
  const right = new Set([-2, -1, 0, 1, 2, 3].map((off) => totpAt(secret, present + off)))
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !right.has(code)) ?? ''
}

async function newAgent() {
  const { agent, password } = await server.pendopo.addAgent({ email: `agent${Math.random()}@acme.example` })
  const cookie = cookieOf(await server.login(agent.email, password))
  const post = (path: string, body: unknown) =>
    fetch(`${server.url}/api/agent/${path}`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
  const status = async (): Promise<unknown> =>
    (await fetch(`${server.url}/api/agent/two-step`, { headers: { cookie } })).json()
  // Without the cookie: in the same browser the session of before would end.
  const signIn = (code?: string) =>
    fetch(`${server.url}/api/agent/login`, {
      method: 'POST',
      headers: { origin: server.url, 'content-type': 'application/json' },
      body: JSON.stringify({ email: agent.email, password, ...(code !== undefined && { code }) }),
    })
  async function turnOn() {
    const { secret } = v.parse(Begun, await (await post('two-step', { password })).json())
    const confirmed = await post('two-step/confirm', { code: codeOf(secret) })
    return { secret, recoveryCodes: v.parse(Confirmed, await confirmed.json()).recoveryCodes }
  }
  return { agent, password, post, status, signIn, turnOn }
}

const codeIn = async (response: Response) => v.parse(Refused, await response.json()).error.code

// A password costs a fifth of a second of a core, and more on a busy machine.
describe('two-step sign-in', { timeout: 60_000 }, () => {
  it('[SC36] is on once a first code confirms it, and is asked for from then on', async () => {
    const { password, post, status, signIn, agent } = await newAgent()
    expect(await status()).toEqual({ on: false, recoveryCodes: 0 })
    expect(await codeIn(await post('two-step', { password: 'not mine' }))).toBe('wrong_credentials')
    expect(await codeIn(await post('two-step/confirm', { code: '123456' }))).toBe('conflict')
    const { secret, uri } = v.parse(Begun, await (await post('two-step', { password })).json())
    expect(uri).toContain(`secret=${secret}`)
    expect(await codeIn(await post('two-step/confirm', { code: wrongCode(secret) }))).toBe('wrong_credentials')
    expect((await signIn()).headers.getSetCookie()).toHaveLength(1)

    const confirmed = await post('two-step/confirm', { code: codeOf(secret) })
    expect(v.parse(Confirmed, await confirmed.json()).recoveryCodes).toHaveLength(10)
    expect(await status()).toEqual({ on: true, recoveryCodes: 10 })
    expect(await codeIn(await post('two-step', { password }))).toBe('conflict')

    const half = await signIn()
    expect([half.status, await half.json(), half.headers.getSetCookie()]).toEqual([200, { needs: 'code' }, []])
    expect(await codeIn(await signIn(wrongCode(secret)))).toBe('wrong_credentials')
    expect(await codeIn(await signIn(''))).toBe('invalid')
    const whole = await signIn(codeOf(secret, 1))
    expect([whole.status, whole.headers.getSetCookie().length]).toEqual([200, 1])
    // Who does not know the password does not learn that there is a second step.
    expect(await codeIn(await server.login(agent.email, 'wrong'))).toBe('wrong_credentials')
  })

  it('[SC36] takes a code once, also of many at the same moment', async () => {
    const { signIn, turnOn } = await newAgent()
    const { secret } = await turnOn()
    expect((await signIn(codeOf(secret))).status).toBe(401)
    const code = codeOf(secret, 1)
    const answers = await Promise.all([signIn(code), signIn(`${code.slice(0, 3)} ${code.slice(3)}`), signIn(code)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
    expect((await signIn(code)).status).toBe(401)
  })

  it('[SC36] takes each recovery code once, however it is typed, and keeps hashes of them only', async () => {
    const { status, signIn, turnOn } = await newAgent()
    const { secret, recoveryCodes } = await turnOn()
    const [first = '', second = ''] = recoveryCodes
    for (const code of recoveryCodes) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/)
    expect((await signIn(first)).status).toBe(200)
    expect((await signIn(first)).status).toBe(401)
    expect((await signIn(second.toLowerCase().replaceAll('-', ' '))).status).toBe(200)
    expect(await status()).toEqual({ on: true, recoveryCodes: 8 })
    const kept = readdirSync(server.folder).filter((name) => name.startsWith('pendopo.db'))
    const bytes = Buffer.concat(kept.map((name) => readFileSync(join(server.folder, name))))
    expect(bytes.includes(secret)).toBe(true)
    for (const code of recoveryCodes)
      for (const form of [code, code.replaceAll('-', '')]) expect(bytes.includes(form)).toBe(false)
  })

  it('[SC37] wrong codes are counted for the account, wherever they come from and whatever comes between', async () => {
    const { signIn, turnOn } = await newAgent()
    const { secret } = await turnOn()
    for (let attempt = 0; attempt < WRONG_CODES; attempt++) {
      expect((await signIn(wrongCode(secret))).status).toBe(401)
    }
    expect(await (await signIn()).json()).toEqual({ needs: 'code' })
    const response = await signIn(codeOf(secret, 1))
    expect([response.status, Number(response.headers.get('retry-after')) > 60]).toEqual([429, true])
  })

  it('[SC36] is turned off by password and code together, or by the operator', async () => {
    const { agent, password, post, status, signIn, turnOn } = await newAgent()
    const { secret, recoveryCodes } = await turnOn()
    const off = (password: string, code: string) => post('two-step/off', { password, code })
    expect(await codeIn(await off('not mine', codeOf(secret, 1)))).toBe('wrong_credentials')
    expect(await codeIn(await off(password, wrongCode(secret)))).toBe('wrong_credentials')
    expect((await off(password, recoveryCodes[0] ?? '')).status).toBe(204)
    expect((await signIn()).headers.getSetCookie()).toHaveLength(1)
    await turnOn()
    expect(await (await signIn()).json()).toEqual({ needs: 'code' })
    expect((await server.pendopo.resetTwoStep(agent.email))?.id).toBe(agent.id)
    expect(await status()).toEqual({ on: false, recoveryCodes: 0 })
    expect((await signIn()).headers.getSetCookie()).toHaveLength(1)
    expect(await server.pendopo.resetTwoStep('nobody@acme.example')).toBeUndefined()
  })
})
