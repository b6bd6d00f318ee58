import { normaliseOrigin } from '../sites/normalise-origin.ts'
import type { Site } from '../store/store.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'
import { withInstallation } from './with-installation.ts'

const ADD_OPTIONS = { ...DATA_OPTIONS, id: { type: 'string' }, server: { type: 'string' } } as const

/** `pendopo site add NAME ORIGIN…` */
export async function addSite(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, ADD_OPTIONS)
  const [name = '', ...origins] = words(parsed, 'site add NAME ORIGIN…', 2, 100)
  const id = parsed.text('id')
  const server = (parsed.text('server') ?? `http://localhost:${env.PORT ?? '8787'}`).replace(/\/+$/, '')
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
    `  <script async src="${server}/${site.id}/widget.js"></script>`,
    '',
  ].join('\n')
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
