import type { Role } from '@pendopo/protocol'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'
import { withInstallation } from './with-installation.ts'

const ROLES: readonly Role[] = ['admin', 'supervisor', 'agent']
const ADD_OPTIONS = { ...DATA_OPTIONS, role: { type: 'string' }, name: { type: 'string' } } as const

/** `pendopo agent add EMAIL` */
export async function addAgent(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, ADD_OPTIONS)
  const [email = ''] = words(parsed, 'agent add EMAIL [--role admin|supervisor|agent] [--name NAME]', 1, 1)
  const role = roleOf(parsed.text('role') ?? 'agent')
  const name = parsed.text('name')
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const { agent, password } = await installation.addAgent({ email, role, ...(name !== undefined && { name }) })
    out(`${agent.name} <${agent.email}> is stored as ${agent.role}.\n\n  password  ${password}  (shown only now)\n`)
  })
}

function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text)
  if (role === undefined) throw new UsageError(`there is no role ${JSON.stringify(text)} (known: ${ROLES.join(', ')})`)
  return role
}

/** `pendopo agent list` */
export async function listAgents(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  words(parsed, 'agent list', 0, 0)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const agents = await installation.agents()
    const lines = agents.map(({ email, name, role, active }) =>
      [email, name, role, active ? 'active' : 'inactive'].join('\t'),
    )
    out(lines.length === 0 ? 'No agent yet: pendopo agent add EMAIL --role admin\n' : `${lines.join('\n')}\n`)
  })
}

/** `pendopo agent password EMAIL` */
export async function resetPassword(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  const [email = ''] = words(parsed, 'agent password EMAIL', 1, 1)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const password = await installation.resetPassword(email)
    if (password === undefined) throw new UsageError(`there is no agent ${email}`)
    out(
      `${email} has a new password; the sessions of before have ended.\n\n  password  ${password}  (shown only now)\n`,
    )
  })
}

/** `pendopo agent reset-two-step EMAIL` */
export async function resetTwoStep(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  const [email = ''] = words(parsed, 'agent reset-two-step EMAIL', 1, 1)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const agent = await installation.resetTwoStep(email)
    if (agent === undefined) throw new UsageError(`there is no agent ${email}`)
    out(`${agent.email} signs in with the password alone, until they turn two-step sign-in on again.\n`)
  })
}

/** `pendopo agent sign-out EMAIL` */
export const signOutAgent = endSessions('sign-out', undefined, 'signed out everywhere')

/** `pendopo agent deactivate EMAIL` */
export const deactivateAgent = endSessions('deactivate', false, 'deactivated and signed out everywhere')

/** `pendopo agent activate EMAIL` */
export const activateAgent = endSessions('activate', true, 'active; they may sign in')

function endSessions(name: string, active: boolean | undefined, said: string) {
  return async (args: readonly string[], { out, env }: Terminal): Promise<void> => {
    const parsed = readArguments(args, DATA_OPTIONS)
    const [email = ''] = words(parsed, `agent ${name} EMAIL`, 1, 1)
    await withInstallation(databaseOf(parsed, env), async (installation) => {
      const agent = await installation.signOut(email, active)
      if (agent === undefined) throw new UsageError(`there is no agent ${email}`)
      out(`${agent.email} is ${said}.\n`)
    })
  }
}
