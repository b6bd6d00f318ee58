// What the registry would get: every package packed, installed from the tarballs in an empty folder with plain npm, and
// used from there by plain Node. Needs a build and the registry (for the packages ours depend on).

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as v from 'valibot'

const exec = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const NAMES = ['protocol', 'sdk', 'widget', 'inbox', 'server-adapter']

const Target = v.union([v.string(), v.record(v.string(), v.string())])
const Manifest = v.object({
  name: v.string(),
  license: v.string(),
  exports: v.record(v.string(), Target),
  bin: v.optional(v.record(v.string(), v.string()), {}),
})
type Manifest = v.InferOutput<typeof Manifest>

let folder = ''

const installed = (name: string, ...path: string[]) => join(folder, 'node_modules/@pendopo', name, ...path)

async function readManifest(name: string): Promise<Manifest> {
  return v.parse(Manifest, JSON.parse(await readFile(installed(name, 'package.json'), 'utf8')))
}

async function filesOf(name: string): Promise<string[]> {
  const entries = await readdir(installed(name), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Every file a manifest names, as `./dist/index.js`. */
function namedFiles(manifest: Manifest): string[] {
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )
  return [...targets, ...Object.values(manifest.bin)]
}

/** Import specifiers of a manifest's entries that hold code. */
function entriesOf(manifest: Manifest): string[] {
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([path]) => manifest.name + path.slice(1))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pendopo-packages-'))
  const tarballs = join(folder, 'tarballs')
  await exec(process.execPath, [join(ROOT, 'tools/pack.mjs'), tarballs])
  const files = (await readdir(tarballs)).map((file) => join(tarballs, file))
  expect(files).toHaveLength(NAMES.length)
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'an-empty-app', private: true, type: 'module' }))
  // Native parts are built when somebody runs the server; importing must work without, and quickly.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  await exec('npm', ['install', ...options, ...files], { cwd: folder })
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(NAMES)('the tarball of %s', (name) => {
  test('[PK1] carries README, licence and types, and no tests', async () => {
    const manifest = await readManifest(name)
    expect(manifest.license).toBe('MIT')
    const files = (await filesOf(name)).map((file) => file.slice(installed(name).length + 1))
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json']))
    expect(files.filter((file) => /\.test\./.test(file))).toEqual([])
    for (const target of Object.values(manifest.exports)) {
      if (typeof target !== 'string') expect(target).toHaveProperty('types')
    }
  })

  test('[PK4] holds every file its manifest names', async () => {
    const files = await filesOf(name)
    for (const file of namedFiles(await readManifest(name))) expect(files).toContain(installed(name, file))
  })

  test('[PK2] lets plain node import every entry', async () => {
    const entries = entriesOf(await readManifest(name))
    expect(entries).not.toEqual([])
    for (const entry of entries) {
      const script = `console.log(Object.keys(await import(${JSON.stringify(entry)})).length)`
      const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
      expect(Number(stdout), `exports of ${entry}`).toBeGreaterThan(0)
    }
  })
})

describe('what a browser loads', () => {
  const browserEntries = ['protocol/dist/index.js', 'sdk/dist/index.js', 'sdk/dist/inbox.js']

  /** The packages a built module and its chunks import. */
  async function importedPackages(file: string, seen = new Set<string>()): Promise<Set<string>> {
    const packages = new Set<string>()
    if (seen.has(file)) return packages
    seen.add(file)
    const code = await readFile(file, 'utf8')
    for (const [, specifier = ''] of code.matchAll(/^(?:import|export)\b[^'"]*['"]([^'"]+)['"]/gm)) {
      if (!specifier.startsWith('.')) packages.add(specifier)
      else for (const found of await importedPackages(join(file, '..', specifier), seen)) packages.add(found)
    }
    return packages
  }

  test.each(browserEntries)('[PK3] %s brings no validators and no socket.io', async (entry) => {
    const packages = await importedPackages(join(folder, 'node_modules/@pendopo', entry))
    const allowed = new Set(['nanostores', '@pendopo/protocol'])
    expect([...packages].filter((name) => !allowed.has(name))).toEqual([])
  })
})

test('[PK4] the program starts from the installed package', async () => {
  const { stdout } = await exec(join(folder, 'node_modules/.bin/pendopo'), ['--help'], { cwd: folder })
  expect(stdout).toContain('pendopo serve')
})

const TYPED_PAGE = `
import { loadWidget, type MessageSummary } from '@pendopo/widget'

const handle = await loadWidget('https://chat.example.com/acme/widget.js')
handle.on('message', (message: MessageSummary) => console.log(message.text))
handle.on('unread', (unread) => console.log(unread.toFixed()))
await handle.identify({ getToken: async () => 'jwt' })
window.Pendopo?.push(['open'])
// @ts-expect-error there is no such event
handle.on('opened', () => {})
// @ts-expect-error a proof is a token, or what gets one
await handle.identify({ email: 'ani@example.com' })
`

test('[PK6] the types of the widget stand alone: a page needs no other package of ours', async () => {
  const page = join(folder, 'page')
  await mkdir(join(page, 'node_modules/@pendopo'), { recursive: true })
  await cp(installed('widget'), join(page, 'node_modules/@pendopo/widget'), { recursive: true })
  await writeFile(join(page, 'package.json'), JSON.stringify({ name: 'a-page', private: true, type: 'module' }))
  await writeFile(join(page, 'page.ts'), TYPED_PAGE)
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom']
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = await exec(process.execPath, [tsc, ...options, 'page.ts'], { cwd: page }).catch((error) => error)
  expect(stdout).toBe('')
})

test.each([
  ['@pendopo/widget/files', ['loader.js', 'manifest.json', 'assets']],
  ['@pendopo/inbox', ['index.html', 'assets']],
])('[PK7] %s names the folder of its files', async (entry, files) => {
  const script = `import { readdirSync } from 'node:fs'
    const { folder } = await import(${JSON.stringify(entry)})
    console.log(JSON.stringify(readdirSync(folder)))`
  const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', script], { cwd: folder })
  expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(files))
})
