// How a session ends, wherever it is ended: here, over HTTP, or by a command in a process of its own.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPasswords } from '../auth/passwords.ts'
import { createInstallation, type Installation } from '../installation.ts'
import { openDatabase } from '../open-database.ts'
import type { Store } from '../store/store.ts'
import { cookieOf, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer
/** As `pendopo agent …` has it: the same file, nothing else in common. */
let store: Store
let command: Installation

beforeAll(async () => {
  server = await startTestServer()
  store = await openDatabase(`file:${server.folder}/pendopo.db`, [])
  command = createInstallation({ store, passwords: createPasswords(), now: Date.now })
})
afterAll(async () => {
  await store.close()
  await server.close()
})

type Agent = Awaited<ReturnType<TestServer['agent']>>

const ask = (agent: Pick<Agent, 'cookie'>, path: string, body?: object) =>
  fetch(`${server.url}/api/agent/${path}`, {
    method: body === undefined && path === 'me' ? 'GET' : 'POST',
    headers: { cookie: agent.cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

/** How long the socket outlived the end of its session, in milliseconds. */
async function outlived(agent: Agent, end: () => Promise<unknown>): Promise<number> {
  const gone = new Promise((resolve) => void agent.socket.once('disconnect', resolve))
  await end()
  const since = performance.now()
  expect((await agent.next('refused')).code).toBe('unauthenticated')
  await gone
  return performance.now() - since
}

describe('the end of an agent’s session', () => {
  it('[SC9] signing out ends the sockets of that session, and no other', async () => {
    const agent = await server.agent()
    const elsewhere = await server.login(agent.agent.email, agent.password)
    expect(await outlived(agent, () => ask(agent, 'logout'))).toBeLessThan(2_000)
    expect((await ask({ cookie: cookieOf(elsewhere) }, 'me')).status).toBe(200)
  })

  it('[SC9] signing out everywhere ends all of them', async () => {
    const agent = await server.agent()
    const elsewhere = cookieOf(await server.login(agent.agent.email, agent.password))
    expect(await outlived(agent, () => ask({ cookie: elsewhere }, 'logout-everywhere'))).toBeLessThan(2_000)
    for (const cookie of [agent.cookie, elsewhere]) expect((await ask({ cookie }, 'me')).status).toBe(401)
  })

  it.each([
    ['a new password', (email: string) => command.resetPassword(email)],
    ['signing out', (email: string) => command.signOut(email)],
    ['deactivating', (email: string) => command.signOut(email, false)],
  ])('[SC9] %s by a command of another process takes two seconds at most', async (_name, end) => {
    const agent = await server.agent()
    expect(await outlived(agent, () => end(agent.agent.email))).toBeLessThan(2_000)
    expect((await ask(agent, 'me')).status).toBe(401)
  })

  it('[SC9] who is deactivated cannot sign in until they are activated', async () => {
    const { agent, password } = await server.pendopo.addAgent({ email: 'off@acme.example' })
    await command.signOut(agent.email, false)
    expect((await server.login(agent.email, password)).status).toBe(401)
    await command.signOut(agent.email, true)
    expect((await server.login(agent.email, password)).status).toBe(200)
  })

  it('[SC9] rights that change reach a socket that is connected', async () => {
    const agent = await server.agent()
    await store.directory.updateAgent(agent.agent.id, { role: 'supervisor' })
    const isSupervisor = ({ colleagues }: { colleagues?: readonly { id: string; role: string }[] | undefined }) =>
      colleagues?.some(({ id, role }) => id === agent.agent.id && role === 'supervisor') ?? false
    await agent.next('presence', isSupervisor)
    agent.close()
  })
})

describe('a new password', () => {
  it('[SC26] needs the present one, ends all other sessions, and signs this browser in anew', async () => {
    const agent = await server.agent()
    const next = 'a longer sentence'
    expect((await ask(agent, 'password', { current: 'wrong', next })).status).toBe(401)
    expect((await ask(agent, 'password', { current: agent.password, next: 'elevenchars' })).status).toBe(400)
    expect((await ask({ cookie: '' }, 'password', { current: agent.password, next })).status).toBe(401)
    let answer: Response | undefined
    const change = async () => (answer = await ask(agent, 'password', { current: agent.password, next }))
    expect(await outlived(agent, change)).toBeLessThan(2_000)
    expect(answer?.status).toBe(204)
    expect((await ask(agent, 'me')).status).toBe(401)
    expect(answer !== undefined && (await ask({ cookie: cookieOf(answer) }, 'me')).status).toBe(200)
    expect((await server.login(agent.agent.email, agent.password)).status).toBe(401)
    expect((await server.login(agent.agent.email, next)).status).toBe(200)
  })
})
