// E-mail and password to a session. An unknown e-mail and a wrong password get the same answer after the same work, and
// both count against the account and the address.

import type { Login } from '@pendopo/protocol'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import type { Agent, DirectoryStore } from '../store/store.ts'
import type { AgentSessions } from './agent-sessions.ts'
import { hashToken } from './hash.ts'
import type { Passwords } from './passwords.ts'
import { takeOne } from './take-one.ts'

const TOO_MANY = 'too many attempts; wait'

interface Needs {
  readonly directory: Pick<DirectoryStore, 'agentByEmail'>
  readonly passwords: Passwords
  readonly sessions: AgentSessions
  readonly limits: Pick<ServerLimits, 'loginsPerAccount' | 'loginsPerAddress' | 'loginWindowMs'>
}

export type SignIn = (credentials: Login, address: string) => Promise<{ readonly agent: Agent; readonly token: string }>

export function createSignIn({ directory, passwords, sessions, limits }: Needs): SignIn {
  const duration = limits.loginWindowMs / 1_000
  const byAccount = new RateLimiterMemory({ points: limits.loginsPerAccount, duration })
  const byAddress = new RateLimiterMemory({ points: limits.loginsPerAddress, duration })

  return async ({ email, password }, address) => {
    const account = email.toLowerCase()
    await takeOne(byAddress, address, TOO_MANY)
    // Hashed, so that a stranger's typing is not kept in memory as it is.
    await takeOne(byAccount, hashToken(account), TOO_MANY)
    const agent = await directory.agentByEmail(account)
    const matches = await passwords.verify(password, agent?.passwordHash ?? null)
    if (agent === null || !agent.active || !matches)
      throw new RequestError('wrong_credentials', 'e-mail or password is wrong')
    await byAccount.delete(hashToken(account))
    return { agent, token: await sessions.start(agent) }
  }
}
