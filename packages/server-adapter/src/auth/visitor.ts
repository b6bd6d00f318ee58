// From a visitor's handshake to an actor. Connecting leaves no row: `ensure` writes the identity down with the
// first words.

import { randomBytes } from 'node:crypto'
import { LIMITS, type VisitorActor, type VisitorAuth } from '@pendopo/protocol'
import type { DirectoryStore, Identity, Site } from '../store/store.ts'
import { deriveUuid, hashToken } from './hash.ts'
import { verifyIdentity } from './verify-identity.ts'

export interface ProvenVisitor {
  readonly actor: VisitorActor
  /** What the team calls them. */
  readonly name: string
  /** The browser's identity: what limits count by, whoever is signed in. */
  readonly browser: string
  /** Writes down who acts; undefined where that has happened. */
  readonly ensure: (() => Promise<ProvenVisitor>) | undefined
}

interface Proof {
  readonly kind: 'browser' | 'user'
  readonly key: string
  readonly name?: string
  readonly email?: string
}

interface Needs {
  readonly directory: Pick<DirectoryStore, 'findIdentity' | 'ensureIdentity'>
  readonly now: () => number
  /** Makes ids before there is a row: the same for all tabs of a browser, another after a restart. */
  readonly salt?: string
}

export type ProveVisitor = (auth: VisitorAuth, site: Site) => Promise<ProvenVisitor>

export function createProveVisitor({ directory, now, salt = randomBytes(32).toString('hex') }: Needs): ProveVisitor {
  async function lookUp(
    site: Site,
    proof: Proof,
  ): Promise<{ readonly identity: Identity; readonly isStored: boolean }> {
    const stored = await directory.findIdentity(site.workspace, site.id, proof.kind, proof.key, now())
    if (stored !== null) return { identity: stored, isStored: true }
    // A token that lapsed must not lead to its old id, so the period is in it.
    const period = String(Math.floor(now() / LIMITS.visitorTokenMs))
    const idFor = (what: string) => deriveUuid(salt, period, what, site.workspace, site.id, proof.kind, proof.key)
    const contact = idFor('contact')
    return {
      identity: { id: idFor('identity'), contact, contactName: proof.name ?? proof.email ?? nameOf(contact) },
      isStored: false,
    }
  }

  const store = (site: Site, proof: Proof, identity: Identity) =>
    directory.ensureIdentity({
      workspace: site.workspace,
      channel: site.id,
      kind: proof.kind,
      key: proof.key,
      id: identity.id,
      contact: identity.contact,
      name: identity.contactName,
      email: proof.email ?? null,
      now: now(),
    })

  return async (auth, site) => {
    const browserProof: Proof = { kind: 'browser', key: hashToken(auth.token) }
    const userProof =
      auth.identity === undefined ? undefined : toProof(await verifyIdentity(auth.identity, site, now()))
    const browser = await lookUp(site, browserProof)
    const user = userProof === undefined ? undefined : await lookUp(site, userProof)

    // Only who acts is written down: a browser somebody is signed in on has said nothing of its own.
    const [acting, proof] = user !== undefined && userProof !== undefined ? [user, userProof] : [browser, browserProof]
    const ensure = async () => {
      const identity = await store(site, proof, acting.identity)
      return user === undefined
        ? toVisitor(site, identity, undefined, undefined)
        : toVisitor(site, browser.identity, identity, undefined)
    }
    return toVisitor(site, browser.identity, user?.identity, acting.isStored ? undefined : ensure)
  }
}

function toVisitor(
  site: Site,
  browser: Identity,
  user: Identity | undefined,
  ensure: (() => Promise<ProvenVisitor>) | undefined,
): ProvenVisitor {
  const acting = user ?? browser
  return {
    actor: {
      kind: 'visitor',
      identity: acting.id,
      identities: user === undefined ? [browser.id] : [user.id, browser.id],
      contact: acting.contact,
      channel: site.id,
    },
    name: acting.contactName,
    browser: browser.id,
    ensure,
  }
}

/** "Visitor 3F9A": enough to tell two of a day apart. */
const nameOf = (contact: string) => `Visitor ${contact.slice(0, 4).toUpperCase()}`

const toProof = (claims: {
  readonly sub: string
  readonly name?: string | undefined
  readonly email?: string | undefined
}): Proof => ({
  kind: 'user',
  key: claims.sub,
  ...(claims.name !== undefined && { name: claims.name }),
  ...(claims.email !== undefined && { email: claims.email }),
})
