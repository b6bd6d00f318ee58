// The first packet of a connection: who you are here, and where you left off.

import type { AgentWelcome, VisitorWelcome } from '@pendopo/protocol'
import type { SiteDirectory } from '../sites/site-directory.ts'
import type { Agent, Store } from '../store/store.ts'
import { readHeads } from './handlers/reading.ts'
import type { Presences } from './presence.ts'
import type { Roster } from './roster.ts'
import type { AgentSession, VisitorSession } from './session.ts'

/** What a site does by mail: whether agents may write one, and whether answers that nobody read are mailed. */
export type MailOf = (site: string) => Promise<{ readonly mail?: true; readonly fallback?: boolean }>

interface Needs {
  readonly store: Store
  readonly sites: SiteDirectory
  readonly roster: Roster
  readonly presences: Presences
  readonly mailOf: MailOf
}

export function createWelcome({ store, sites, roster, presences, mailOf }: Needs) {
  return {
    visitor: async (session: VisitorSession): Promise<VisitorWelcome> => ({
      identities: [...session.visitor.actor.identities],
      site: {
        ...{ id: session.site.id, name: session.site.name },
        ...((await mailOf(session.site.id)).fallback && { mail: true }),
      },
      availability: presences.glance(session.workspace).availability,
      conversations: await readHeads(store, session),
    }),
    agent: async (session: AgentSession): Promise<AgentWelcome> => {
      const known = await sites.all(session.workspace)
      const { colleagues } = presences.glance(session.workspace)
      return {
        agent: toAgentProfile(session.agent, roster),
        colleagues: [...colleagues],
        sites: await Promise.all(known.map(async ({ id, name }) => ({ id, name, ...(await mailOf(id)) }))),
      }
    },
  }
}

/** An agent as they see themselves. */
export function toAgentProfile({ id, name, role, email, sight }: Agent, roster: Roster): AgentWelcome['agent'] {
  const { presence, connected } = roster.stateOf(id)
  return { id, name, role, email, sight, presence, connected }
}
