// E-mail, password and, where it is on, a code of the second step, to a session. An unknown e-mail and a wrong password
// get the same answer after the same work. Failures count against the account as seen from one address, so that nobody
// can lock somebody else out; against the account from everywhere, with far more room, so that a thousand machines do not
// guess a thousand times as fast; and against the address, so that nobody tries one password on every account. Codes
// count against the account wherever they come from: who may try them knows the password, and six digits are few.

import type { Login, TwoStepConfirm, TwoStepProof } from '@pendopo/protocol'
import type { Limiters } from '../cluster/limiters.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { Agent, DirectoryStore } from '../store/store.ts'
import type { AgentSessions } from './agent-sessions.ts'
import { hashToken } from './hash.ts'
import type { Passwords } from './passwords.ts'
import { takeOne } from './take-one.ts'
import type { TwoStep } from './two-step.ts'

const TOO_MANY = 'too many attempts; wait'
const WRONG_PASSWORD = 'the present password is wrong'

interface Needs {
  readonly directory: Pick<DirectoryStore, 'agentByEmail' | 'updateAgent'>
  readonly passwords: Passwords
  readonly sessions: AgentSessions
  readonly twoStep: TwoStep
  readonly limiters: Limiters
  readonly limits: Pick<
    ServerLimits,
    'loginsPerAccount' | 'loginsPerAccountAnywhere' | 'loginsPerAddress' | 'codesPerAccount' | 'loginWindowMs'
  >
}

export interface SignIn {
  /** `code`: all is right so far, and the second step is missing. */
  signIn(
    credentials: Login,
    address: string,
  ): Promise<{ readonly agent: Agent; readonly token: string } | { readonly needs: 'code' }>
  /** A new password for who knows the old one. It ends all sessions of the agent; resolves with the token of a new one. */
  changePassword(agent: Agent, current: string, next: string, address: string): Promise<string>
  /** The two-step sign-in of an agent who is signed in; each step needs what a borrowed computer does not have. */
  readonly twoStep: {
    status: TwoStep['status']
    begin(agent: Agent, password: string, address: string): ReturnType<TwoStep['begin']>
    confirm(agent: Agent, confirm: TwoStepConfirm): Promise<readonly string[]>
    turnOff(agent: Agent, proof: TwoStepProof, address: string): Promise<void>
  }
}

export function createSignIn({ directory, passwords, sessions, twoStep, limiters, limits }: Needs): SignIn {
  const duration = limits.loginWindowMs / 1_000
  const byAccount = limiters.open('login-account', { points: limits.loginsPerAccount, duration })
  const anywhere = limiters.open('login-anywhere', { points: limits.loginsPerAccountAnywhere, duration })
  const byAddress = limiters.open('login-address', { points: limits.loginsPerAddress, duration })
  const codes = limiters.open('login-code', { points: limits.codesPerAccount, duration })

  /**
   * Counted before the work, so that many at once do not all pass; what was right is given back. `later` is right as far
   * as it goes: it counts for the account until the rest is right too.
   */
  async function attempt(
    email: string,
    address: string,
    prove: () => Promise<boolean | 'later'>,
  ): Promise<boolean | 'later'> {
    // Hashed, so that a stranger's typing is not kept in memory as it is.
    const account = hashToken(email.toLowerCase())
    const pair = hashToken(JSON.stringify([email.toLowerCase(), address]))
    await takeOne(byAddress, address, TOO_MANY)
    await takeOne(byAccount, pair, TOO_MANY)
    await takeOne(anywhere, account, TOO_MANY)
    const proven = await prove()
    // Given back and not forgotten: that its owner signs in meanwhile does not help who is guessing.
    if (proven !== false) await Promise.all([byAddress.reward(address), anywhere.reward(account)])
    if (proven === true) await byAccount.delete(pair)
    return proven
  }

  async function knows(agent: Agent | null, password: string): Promise<boolean> {
    const matches = await passwords.verify(password, agent?.passwordHash ?? null)
    return agent !== null && agent.active && matches
  }

  /** What a right code gives; rejects where it is wrong (null), or one too many. */
  async function counted<Result>(agent: string, check: () => Promise<Result | null>): Promise<Result> {
    await takeOne(codes, agent, TOO_MANY)
    const result = await check()
    if (result === null) throw new RequestError('wrong_credentials', 'the code is wrong, or was used before')
    await codes.delete(agent)
    return result
  }

  const spendCode = ({ id }: Agent, code: string) => counted(id, async () => (await twoStep.spend(id, code)) || null)

  return {
    signIn: async ({ email, password, code }, address) => {
      const agent = await directory.agentByEmail(email)
      const proven = await attempt(email, address, async () => {
        if (!(await knows(agent, password)) || agent === null) return false
        if (!(await twoStep.status(agent.id)).on) return true
        if (code === undefined) return 'later'
        return spendCode(agent, code)
      })
      if (proven === 'later') return { needs: 'code' }
      if (!proven || agent === null) throw new RequestError('wrong_credentials', 'e-mail or password is wrong')
      return { agent, token: await sessions.start(agent) }
    },
    changePassword: async (agent, current, next, address) => {
      if (!(await attempt(agent.email, address, () => knows(agent, current))))
        throw new RequestError('wrong_credentials', WRONG_PASSWORD)
      await directory.updateAgent(agent.id, { passwordHash: await passwords.hash(next) })
      await sessions.endAll(agent.id)
      return sessions.start(agent)
    },
    twoStep: {
      status: twoStep.status,
      begin: async (agent, password, address) => {
        if (!(await attempt(agent.email, address, () => knows(agent, password))))
          throw new RequestError('wrong_credentials', WRONG_PASSWORD)
        return twoStep.begin(agent)
      },
      confirm: ({ id }, { code }) => counted(id, () => twoStep.confirm(id, code)),
      turnOff: async (agent, { password, code }, address) => {
        if (!(await attempt(agent.email, address, () => knows(agent, password))))
          throw new RequestError('wrong_credentials', WRONG_PASSWORD)
        await spendCode(agent, code)
        await twoStep.turnOff(agent.id)
      },
    },
  }
}
