// The loader of a site: the built file with the site's configuration in it. Named by its content too, for pages that pin
// what they load.

import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { servableConfig } from '../sites/site-config.ts'
import type { Site } from '../store/store.ts'
import type { PublicFiles } from './public-files.ts'

/** In the built loader, quotes included: a string that any minifier leaves alone. */
const CONFIG_TOKEN = '"__PENDOPO_CONFIG__"'

const Manifest = v.object({ entry: v.string(), integrity: v.optional(v.record(v.string(), v.string()), {}) })

export interface SiteLoader {
  readonly script: string
  /** Changes whenever something in it does; may stand in a file's name. */
  readonly digest: string
  /** By path below the server's base, the hashes of what it may load (`sha384-…`). */
  readonly chunks: Readonly<Record<string, string>>
}

/** `undefined` where the widget is not built. */
export async function toSiteLoader(files: PublicFiles, site: Site): Promise<SiteLoader | undefined> {
  const loader = await files.read('widget/loader.js')
  const built = await files.read('widget/manifest.json')
  if (loader === undefined || built === undefined) return undefined
  const { entry, integrity } = v.parse(Manifest, JSON.parse(decode(built.body)))
  const config = toScript({ ...servableConfig(site.config), site: site.id, name: site.name, entry })
  // A function, because a replacement string would read `$&` in somebody's greeting.
  const script = decode(loader.body).replace(CONFIG_TOKEN, () => config)
  const digest = createHash('sha256').update(script).digest('base64url').slice(0, 27)
  const chunks = Object.entries(integrity).flatMap(([path, hash]) =>
    path.startsWith('assets/') ? [[path.replace('assets/', 'assets/widget/'), hash] as const] : [],
  )
  return { script, digest, chunks: Object.fromEntries(chunks) }
}

/** The hash that a browser compares a script with (Subresource Integrity). */
export const toIntegrity = (script: string): string => `sha384-${createHash('sha384').update(script).digest('base64')}`

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** JSON that is safe wherever a script may stand: no `</script>`, no comment, no old line separators. */
function toScript(config: Readonly<Record<string, unknown>> & Pick<Site, 'name'>): string {
  return JSON.stringify(config).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
