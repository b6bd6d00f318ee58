// Whether the time of an answer tells which accounts exist. What is compared is the CPU's time for one attempt, with all of
// its threads, so that a busy machine does not decide; known and unknown take turns, so that a slow minute hits both.
// A thousand of each: some twenty seconds of one core.

import { LIMITS } from '@pendopo/protocol'
import { expect, it } from 'vitest'
import { createMemoryStore } from '../store/memory-store.ts'
import { createInstallation } from '../installation.ts'
import { createAgentSessions } from './agent-sessions.ts'
import { createSignIn } from './login.ts'
import { createPasswords } from './passwords.ts'
import { createTwoStep } from './two-step.ts'

const LOGINS = 1_000
const MOST_MS = 5
/** About ten milliseconds of work: to leave it out for one of the two would show. */
const COST = { logN: 12, r: 8, p: 1 }

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

it('[SC13] an unknown e-mail takes as long as a wrong password', { timeout: 240_000 }, async () => {
  const store = createMemoryStore()
  const passwords = createPasswords(COST)
  const limiter = { consume: async () => {}, reward: async () => {}, delete: async () => {} }
  const { signIn } = createSignIn({
    directory: store.directory,
    passwords,
    sessions: createAgentSessions({ store, limits: LIMITS, now: Date.now }),
    twoStep: createTwoStep({ store: store.twoStep, now: Date.now }),
    limiters: { open: () => limiter, close: () => {} },
    limits: LIMITS,
  })
  const { agent } = await createInstallation({ store, passwords, now: Date.now }).addAgent({
    email: 'ayu@acme.example',
  })

  async function timeOf(email: string): Promise<number> {
    const before = process.cpuUsage()
    await expect(signIn({ email, password: 'not the password' }, '203.0.113.7')).rejects.toMatchObject({
      code: 'wrong_credentials',
      message: 'e-mail or password is wrong',
    })
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }

  const known: number[] = []
  const unknown: number[] = []
  for (let login = 0; login < LOGINS; login++) {
    // Who goes first takes turns too.
    const turns = [
      () => timeOf(agent.email).then((ms) => known.push(ms)),
      () => timeOf(`n${login}@acme.example`).then((ms) => unknown.push(ms)),
    ]
    for (const turn of login % 2 === 0 ? turns : turns.toReversed()) await turn()
  }
  // Else the comparison would say nothing.
  expect(Math.min(median(known), median(unknown))).toBeGreaterThan(MOST_MS)
  expect(Math.abs(median(known) - median(unknown))).toBeLessThan(MOST_MS)
})
