// From a visitor's handshake to an actor. Connecting leaves no row: `ensure` writes the identity down with the
// first words. Signing in spends the anonymous token: what it proved belongs to the user from then on, and whoever else
// knows the token is a stranger with it.

import { randomBytes } from 'node:crypto'
import { LIMITS, type VisitorActor, type VisitorAuth } from '@pendopo/protocol'
import type { DirectoryStore, Identity, Site } from '../store/store.ts'
import { madeUpName } from './contact-name.ts'
import { deriveUuid, hashToken } from './hash.ts'
import { verifyIdentity, type IdentityLimits } from './verify-identity.ts'

export interface ProvenVisitor {
  readonly actor: VisitorActor
  /** What the team calls them. */
  readonly name: string
  /** The browser's identity: what limits count by, whoever is signed in. */
  readonly browser: string
  /** Writes down who acts; undefined where that has happened. */
  readonly ensure: (() => Promise<ProvenVisitor>) | undefined
  /** When the host's word on who this is runs out; undefined for an anonymous visitor. */
  readonly endsAt: number | undefined
  /** The anonymous identity that this sign-in took over just now: its sockets are nobody's any more. */
  readonly took: string | undefined
}

interface Proof {
  readonly kind: 'browser' | 'user'
  readonly key: string
  readonly name?: string
  readonly email?: string
}

interface Found {
  readonly identity: Identity
  readonly isStored: boolean
}

interface Needs {
  readonly directory: Pick<
    DirectoryStore,
    'findIdentity' | 'ensureIdentity' | 'retireIdentity' | 'identitiesClaimedBy' | 'peopleByIdentity'
  >
  readonly limits: IdentityLimits
  readonly now: () => number
  /** Makes ids before there is a row: the same for all tabs of a browser, another after a restart. */
  readonly salt?: string
}

export type ProveVisitor = (auth: Pick<VisitorAuth, 'token' | 'identity'>, site: Site) => Promise<ProvenVisitor>

export function createProveVisitor({
  directory,
  limits,
  now,
  salt = randomBytes(32).toString('hex'),
}: Needs): ProveVisitor {
  async function lookUp(site: Site, proof: Proof): Promise<Found> {
    const stored = await directory.findIdentity(site.workspace, site.id, proof.kind, proof.key, now())
    if (stored !== null && !stored.isRetired) return { identity: stored, isStored: true }
    // A token that lapsed or was given up must not lead to its old id, so the period and that id are in it.
    const since = [String(Math.floor(now() / LIMITS.visitorTokenMs)), stored?.id ?? '']
    const idFor = (what: string, attempt: number) =>
      deriveUuid(salt, ...since, ...Array(attempt).fill(''), what, site.workspace, site.id, proof.kind, proof.key)
    // An identity that was erased is not found by its key any more, and nobody becomes it again.
    let attempt = 0
    while ((await directory.peopleByIdentity(site.workspace, [idFor('identity', attempt)])).size > 0) attempt += 1
    const contact = idFor('contact', attempt)
    const contactName = proof.name ?? proof.email ?? madeUpName(contact)
    return { identity: { id: idFor('identity', attempt), contact, contactName, isRetired: false }, isStored: false }
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

  async function anonymous(site: Site, proof: Proof): Promise<ProvenVisitor> {
    const found = await lookUp(site, proof)
    const visitorOf = (identity: Identity, ensure?: () => Promise<ProvenVisitor>): ProvenVisitor => ({
      actor: toActor(site, identity, []),
      name: identity.contactName,
      browser: identity.id,
      ...{ ensure, endsAt: undefined, took: undefined },
    })
    return found.isStored
      ? visitorOf(found.identity)
      : visitorOf(found.identity, async () => visitorOf(await store(site, proof, found.identity)))
  }

  async function signedIn(site: Site, proof: Proof, userProof: Proof, endsAt: number): Promise<ProvenVisitor> {
    const [browser, user] = [await lookUp(site, proof), await lookUp(site, userProof)]
    const took = browser.isStored ? browser.identity.id : undefined
    // Only who acts is written down: a browser that has said nothing of its own is taken over without a row.
    const acting = took === undefined ? user : { identity: await store(site, userProof, user.identity), isStored: true }
    if (took !== undefined) await directory.retireIdentity(site.workspace, took, acting.identity.id, now())
    const next = took === undefined ? browser : await lookUp(site, proof)
    const claimed = acting.isStored ? await directory.identitiesClaimedBy(site.workspace, acting.identity.id) : []
    const visitorOf = (identity: Identity, ensure?: () => Promise<ProvenVisitor>): ProvenVisitor => ({
      actor: toActor(site, identity, [...claimed, next.identity.id], userProof.email),
      name: identity.contactName,
      browser: next.identity.id,
      ...{ ensure, endsAt, took },
    })
    return acting.isStored
      ? visitorOf(acting.identity)
      : visitorOf(acting.identity, async () => visitorOf(await store(site, userProof, acting.identity)))
  }

  return async (auth, site) => {
    const proof: Proof = { kind: 'browser', key: hashToken(auth.token) }
    if (auth.identity === undefined) return anonymous(site, proof)
    const { exp, ...claims } = await verifyIdentity(auth.identity, site, limits, now())
    return signedIn(site, proof, toProof(claims), exp * 1_000 + limits.identityLeewayMs)
  }
}

const toActor = (
  site: Site,
  { id, contact }: Identity,
  others: readonly string[],
  email?: string | undefined,
): VisitorActor => ({
  kind: 'visitor',
  identity: id,
  identities: [id, ...others],
  contact,
  channel: site.id,
  ...(email !== undefined && { email }),
})

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
