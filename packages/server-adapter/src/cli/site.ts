import { join } from 'node:path'
import { createPublicFiles } from '../http/public-files.ts'
import { toIntegrity, toSiteLoader } from '../http/site-loader.ts'
import { findPackage } from '../package-root.ts'
import { normaliseOrigin } from '../sites/normalise-origin.ts'
import type { Site } from '../store/store.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'
import { withInstallation } from './with-installation.ts'

const SNIPPET_OPTIONS = { ...DATA_OPTIONS, server: { type: 'string' }, pinned: { type: 'boolean' } } as const
const ADD_OPTIONS = { ...DATA_OPTIONS, id: { type: 'string' }, server: { type: 'string' } } as const

/** `pendopo site add NAME ORIGIN…` */
export async function addSite(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, ADD_OPTIONS)
  const [name = '', ...origins] = words(parsed, 'site add NAME ORIGIN…', 2, 100)
  const id = parsed.text('id')
  const server = toServer(parsed.text('server'), env)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const site = await installation.addSite({ name, origins, ...(id !== undefined && { id }) })
    out(describe(site, origins, server))
  })
}

function describe(site: Site, typed: readonly string[], server: string): string {
  const spellings = new Map<string, string>()
  for (const text of typed) {
    const result = normaliseOrigin(text)
    const origin = result.ok ? result.origin : text
    if (!spellings.has(origin) || origin !== text) spellings.set(origin, text)
  }
  const stored = Array.from(spellings, ([origin, text]) =>
    origin === text ? `  origin  ${origin}` : `  origin  ${origin}  (for ${JSON.stringify(text)})`,
  )
  return [
    `Site "${site.id}" (${site.name}) is stored.`,
    '',
    ...stored,
    `  key     ${site.key}  (for apps and servers, which send no Origin)`,
    `  secret  ${site.secret}  (signs your visitors' identity; keep it on your server)`,
    '',
    'Paste this before </body>:',
    '',
    `  ${toSnippet(site, server)}`,
    '',
  ].join('\n')
}

const toServer = (typed: string | undefined, env: Terminal['env']): string =>
  (typed ?? `http://localhost:${env.PORT ?? '8787'}`).replace(/\/+$/, '')

const toSnippet = ({ id }: Site, server: string): string => `<script async src="${server}/${id}/widget.js"></script>`

/** With hashes: the browser runs exactly these files, or none. What the loader imports is named in an import map. */
async function toPinnedSnippet(site: Site, server: string, publicDir: string): Promise<string> {
  const loader = await toSiteLoader(createPublicFiles(publicDir), site)
  if (loader === undefined) throw new Error('unable to pin the widget; it is not built: run "npm run build"')
  const { script, digest, chunks } = loader
  const integrity = Object.fromEntries(Object.entries(chunks).map(([path, hash]) => [`${server}/${path}`, hash]))
  return [
    `<script type="importmap">${JSON.stringify({ integrity })}</script>`,
    `<script async crossorigin src="${server}/${site.id}/widget.${digest}.js" integrity="${toIntegrity(script)}"></script>`,
  ].join('\n')
}

/** `pendopo site snippet SITE` */
export async function printSnippet(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, SNIPPET_OPTIONS)
  const [id] = words(parsed, 'site snippet SITE', 1, 1)
  const server = toServer(parsed.text('server'), env)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const site = (await installation.sites()).find((one) => one.id === id)
    if (site === undefined) throw new TypeError(`there is no site ${JSON.stringify(id)}`)
    const publicDir = join(findPackage().folder, 'dist/public')
    out(`${parsed.flag('pinned') ? await toPinnedSnippet(site, server, publicDir) : toSnippet(site, server)}\n`)
  })
}

/** `pendopo site list` */
export async function listSites(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  words(parsed, 'site list', 0, 0)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const sites = await installation.sites()
    const lines = sites.map(({ id, name, origins, key }) => [id, name, origins.join(' '), key].join('\t'))
    out(lines.length === 0 ? 'No site yet: pendopo site add NAME ORIGIN\n' : `${lines.join('\n')}\n`)
  })
}
