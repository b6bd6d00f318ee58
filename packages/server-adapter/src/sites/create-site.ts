import { randomBytes } from 'node:crypto'
import { LIMITS } from '@pendopo/protocol'
import type { Site } from '../store/store.ts'
import { normaliseOrigin } from './normalise-origin.ts'
import { toSiteConfig } from './site-config.ts'

/** Names of our own paths: `/inbox/widget.js` would be nobody's. */
const RESERVED_IDS = new Set(['api', 'assets', 'health', 'inbox', 'metrics'])

const MAX_ID_LENGTH = 40

/** `Acme & Söhne` becomes `acme-sohne`. */
export function toSiteId(name: string): string {
  const id = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_ID_LENGTH)
    .replaceAll(/^-+|-+$/g, '')
  return id === '' || RESERVED_IDS.has(id) ? `site-${randomBytes(3).toString('hex')}` : id
}

export interface NewSite {
  readonly workspace: string
  readonly name: string
  /** As typed; each is normalised or refused. */
  readonly origins: readonly string[]
  /** Default: made from the name. */
  readonly id?: string
  readonly config?: Readonly<Record<string, unknown>>
  readonly now: number
}

/** A site with a fresh key and secret. Throws a TypeError that names what is no name, origin or setting. */
export function createSite({ workspace, name: typed, origins, id, config = {}, now }: NewSite): Site {
  const name = toSiteName(typed)
  return {
    id: id ?? toSiteId(name),
    workspace,
    name,
    origins: [...new Set(origins.map(toOrigin))],
    key: `pk_${randomBytes(24).toString('base64url')}`,
    secret: randomBytes(32).toString('base64url'),
    identityKeys: [],
    config: toSiteConfig(config),
    createdAt: now,
  }
}

function toSiteName(typed: string): string {
  const name = typed.trim()
  if (name === '' || name.length > LIMITS.nameLength)
    throw new TypeError(
      `unable to name the site ${JSON.stringify(typed)}; the chat's header shows it: 1 to ${LIMITS.nameLength} characters, such as "Acme"`,
    )
  return name
}

function toOrigin(typed: string): string {
  const result = normaliseOrigin(typed)
  if (!result.ok) throw new TypeError(result.message)
  return result.origin
}
