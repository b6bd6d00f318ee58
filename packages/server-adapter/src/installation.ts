// Sites and agents of an installation: what the command and an embedding application do beside serving.

import { LIMITS, uuidv7, type Role, type Sight } from '@pendopo/protocol'
import { Login, NewPassword, SiteId } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import { generatePassword, type Passwords } from './auth/passwords.ts'
import { createSite, toSiteId } from './sites/create-site.ts'
import { createIdentityKey, FIRST_KID, type NewIdentityKey } from './sites/identity-keys.ts'
import { StoreError } from './store/store-error.ts'
import type { Agent, IdentityKey, Site, Store } from './store/store.ts'

export interface Installation {
  /** Adds a site. Rejects with a TypeError for what is not an origin, id or setting, and with StoreError `taken`. */
  addSite(site: AddSite): Promise<Site>
  sites(): Promise<readonly Site[]>
  /** Adds an agent with a generated password, which is told here and never again, or with yours. */
  addAgent(agent: AddAgent): Promise<{ readonly agent: Agent; readonly password: string }>
  agents(): Promise<readonly Agent[]>
  /** A new password; it ends the agent's sessions. Undefined where there is no such agent. */
  resetPassword(email: string): Promise<string | undefined>
  /** Turns two-step sign-in off for who has lost telephone and recovery codes. Undefined where there is no such agent. */
  resetTwoStep(email: string): Promise<Agent | undefined>
  /** Ends the agent's sessions wherever they are; with `active` false nobody signs in as them until it is true again. */
  signOut(email: string, active?: boolean): Promise<Agent | undefined>
  /** One more key for visitors' identity tokens. Rejects with a TypeError for what is no key, or no such site. */
  addIdentityKey(site: string, key?: NewIdentityKey): Promise<IdentityKey>
  /** Tokens signed with it are refused from now on. Resolves with whether there was one; `first` is that of tokens without a kid. */
  removeIdentityKey(site: string, kid: string): Promise<boolean>
}

export interface AddSite {
  readonly name: string
  /** Exact origins, such as `https://acme.example`. */
  readonly origins: readonly string[]
  /** Default: made from the name. */
  readonly id?: string
  /** What the loader carries: `accent`, `position`, `offset`, `scheme`, `locale`, `greeting`, `texts`, `hidden`. */
  readonly config?: Readonly<Record<string, unknown>>
}

export interface AddAgent {
  readonly email: string
  /** Default: what stands before the @. */
  readonly name?: string
  /** Default: `agent`. */
  readonly role?: Role
  /** Default: `all`. */
  readonly sight?: Sight
  /** Ids of teams: whose conversations an agent of the sight `teams` sees besides their own. Default: none. */
  readonly teams?: readonly string[]
  /** At least 12 characters. Default: a generated one. */
  readonly password?: string
}

interface Needs {
  readonly store: Pick<Store, 'directory' | 'sessions' | 'twoStep'>
  readonly passwords: Passwords
  readonly now: () => number
}

export function createInstallation({ store: { directory, sessions, twoStep }, passwords, now }: Needs): Installation {
  async function siteOf(id: string): Promise<Site> {
    const site = await directory.site(id)
    if (site === null) throw new TypeError(`there is no site ${JSON.stringify(id)}`)
    return site
  }

  return {
    addSite: async ({ name, origins, config, id = toSiteId(name) }) => {
      if (!v.is(SiteId, id))
        throw new TypeError(
          `unable to add the site ${JSON.stringify(id)}; an id has a-z, 0-9 and inner hyphens, at most 40`,
        )
      const workspace = await directory.defaultWorkspace()
      const site = createSite({ workspace, name, origins, id, now: now(), ...(config !== undefined && { config }) })
      await directory.addSite(site).catch((error: unknown) => {
        throw isTaken(error)
          ? new StoreError('taken', `unable to add the site ${id}; the id is in use`, { cause: error })
          : error
      })
      return site
    },
    sites: () => directory.sites(),
    addAgent: async ({
      email: typed,
      name,
      role = 'agent',
      sight = 'all',
      teams = [],
      password = generatePassword(),
    }) => {
      const email = toEmail(typed)
      if (!v.is(NewPassword, password))
        throw new TypeError(`unable to add ${email}; a password has at least ${LIMITS.passwordLength} characters`)
      const agent: Agent = {
        id: uuidv7(now(), (bytes) => crypto.getRandomValues(bytes)),
        workspace: await directory.defaultWorkspace(),
        email,
        name: name ?? nameOf(email),
        role,
        sight,
        teams,
        passwordHash: await passwords.hash(password),
        active: true,
        createdAt: now(),
      }
      await directory.addAgent(agent).catch((error: unknown) => {
        throw isTaken(error)
          ? new StoreError('taken', `unable to add ${email}; the address is in use`, { cause: error })
          : error
      })
      return { agent, password }
    },
    agents: async () => directory.agents(await directory.defaultWorkspace()),
    signOut: async (typed, active) => {
      const agent = await directory.agentByEmail(toEmail(typed))
      if (agent === null) return undefined
      if (active !== undefined) await directory.updateAgent(agent.id, { active })
      await sessions.removeOf(agent.id)
      return { ...agent, active: active ?? agent.active }
    },
    resetTwoStep: async (typed) => {
      const agent = await directory.agentByEmail(toEmail(typed))
      if (agent !== null) await twoStep.remove(agent.id)
      return agent ?? undefined
    },
    addIdentityKey: async (id, wanted = {}) => {
      const site = await siteOf(id)
      const key = createIdentityKey(site, wanted, now())
      await directory.updateSite(id, { identityKeys: [...site.identityKeys, key] })
      return key
    },
    removeIdentityKey: async (id, kid) => {
      const { secret, identityKeys } = await siteOf(id)
      if (kid === FIRST_KID) {
        await directory.updateSite(id, { secret: '' })
        return secret !== ''
      }
      await directory.updateSite(id, { identityKeys: identityKeys.filter((key) => key.kid !== kid) })
      return identityKeys.some((key) => key.kid === kid)
    },
    resetPassword: async (typed) => {
      const agent = await directory.agentByEmail(toEmail(typed))
      if (agent === null) return undefined
      const password = generatePassword()
      await directory.updateAgent(agent.id, { passwordHash: await passwords.hash(password) })
      await sessions.removeOf(agent.id)
      return password
    },
  }
}

function toEmail(typed: string): string {
  const parsed = v.safeParse(Login.entries.email, typed)
  if (!parsed.success)
    throw new TypeError(`${JSON.stringify(typed)} is not an e-mail address, such as ayu@acme.example`)
  return parsed.output.toLowerCase()
}

/** `ayu.lestari@…` becomes `Ayu Lestari`. */
function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? email).split(/[._+-]+/).filter((word) => word !== '')
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ')
}

const isTaken = (error: unknown): boolean => error instanceof StoreError && error.code === 'taken'
