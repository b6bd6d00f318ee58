// Sites and agents of an installation: what the command and an embedding application do beside serving.

import { uuidv7, type Role, type Sight } from '@pendopo/protocol'
import { Login, SiteId } from '@pendopo/protocol/schemas'
import * as v from 'valibot'
import { generatePassword, type Passwords } from './auth/passwords.ts'
import { createSite, toSiteId } from './sites/create-site.ts'
import { StoreError } from './store/store-error.ts'
import type { Agent, Site, Store } from './store/store.ts'

/** What an agent's password must have at least; a generated one has 20. */
const PASSWORD_LENGTH = 12

export interface Installation {
  /** Adds a site. Rejects with a TypeError for what is not an origin, id or setting, and with StoreError `taken`. */
  addSite(site: AddSite): Promise<Site>
  sites(): Promise<readonly Site[]>
  /** Adds an agent with a generated password, which is told here and never again, or with yours. */
  addAgent(agent: AddAgent): Promise<{ readonly agent: Agent; readonly password: string }>
  agents(): Promise<readonly Agent[]>
  /** A new password; it ends the agent's sessions. Undefined where there is no such agent. */
  resetPassword(email: string): Promise<string | undefined>
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
  /** At least 12 characters. Default: a generated one. */
  readonly password?: string
}

interface Needs {
  readonly store: Pick<Store, 'directory' | 'sessions'>
  readonly passwords: Passwords
  readonly now: () => number
}

export function createInstallation({ store: { directory, sessions }, passwords, now }: Needs): Installation {
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
    addAgent: async ({ email: typed, name, role = 'agent', sight = 'all', password = generatePassword() }) => {
      const email = toEmail(typed)
      if (password.length < PASSWORD_LENGTH)
        throw new TypeError(`unable to add ${email}; a password has at least ${PASSWORD_LENGTH} characters`)
      const agent: Agent = {
        id: uuidv7(now(), (bytes) => crypto.getRandomValues(bytes)),
        workspace: await directory.defaultWorkspace(),
        email,
        name: name ?? nameOf(email),
        role,
        sight,
        teams: [],
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
