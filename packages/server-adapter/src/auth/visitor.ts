// From a visitor's handshake to an actor. Connecting leaves no row: the ids follow from what was proven, and
// `ensure` writes them down with the first words.

import type { VisitorActor, VisitorAuth } from '@pendopo/protocol'
import type { DirectoryStore, Identity, Site } from '../store/store.ts'
import { deriveUuid, hashToken } from './hash.ts'
import { verifyIdentity } from './verify-identity.ts'

export interface ProvenVisitor {
  readonly actor: VisitorActor
  /** What the team calls them. */
  readonly name: string
  /** The browser's identity: what limits count by, whoever is signed in. */
  readonly browser: string
  /** Writes down identities that have no row yet; undefined where all have one. */
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
}

export type ProveVisitor = (auth: VisitorAuth, site: Site) => Promise<ProvenVisitor>

export function createProveVisitor({ directory, now }: Needs): ProveVisitor {
  async function lookUp(site: Site, proof: Proof): Promise<{ readonly identity: Identity; readonly isStored: boolean }> {
    const stored = await directory.findIdentity(site.workspace, site.id, proof.kind, proof.key, now())
    if (stored !== null) return { identity: stored, isStored: true }
    const id = deriveUuid('identity', site.workspace, site.id, proof.kind, proof.key)
    const contact = deriveUuid('contact', site.workspace, site.id, proof.kind, proof.key)
    return { identity: { id, contact, contactName: proof.name ?? proof.email ?? nameOf(contact) }, isStored: false }
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
    const userProof = auth.identity === undefined ? undefined : toProof(await verifyIdentity(auth.identity, site, now()))
    const browser = await lookUp(site, browserProof)
    const user = userProof === undefined ? undefined : await lookUp(site, userProof)

    const isStored = browser.isStored && user?.isStored !== false
    return toVisitor(site, browser.identity, user?.identity, isStored ? undefined : ensure)

    async function ensure(): Promise<ProvenVisitor> {
      const storedUser = userProof && user ? await store(site, userProof, user.identity) : undefined
      if (browser.isStored) return toVisitor(site, browser.identity, storedUser, undefined)
      // A browser first seen with somebody signed in is theirs; one that wrote before keeps its own contact.
      const owner = storedUser && { contact: storedUser.contact, contactName: storedUser.contactName }
      return toVisitor(site, await store(site, browserProof, { ...browser.identity, ...owner }), storedUser, undefined)
    }
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

const toProof = (claims: { readonly sub: string; readonly name?: string | undefined; readonly email?: string | undefined }): Proof => ({
  kind: 'user',
  key: claims.sub,
  ...(claims.name !== undefined && { name: claims.name }),
  ...(claims.email !== undefined && { email: claims.email }),
})
