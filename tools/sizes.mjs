#!/usr/bin/env node
// Measures what visitors and developers download, gzip -9, from the built packages, and fails above the limits.
//
//   node tools/sizes.mjs [--json]

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { ROOT, ToolError, isMain, log, main } from './run.mjs'

const WIDGET_DIST = join(ROOT, 'packages/widget/dist/files')

/** Limits in bytes; 1 kB is 1,000 bytes. A row without one is only reported. */
const LIMITS = { loader: 1_800, chat: 34_000, createChat: 18_000 }

const gzipSize = (data) => gzipSync(data, { level: 9 }).length

/** The chunks a page that imports `code` loads at once: the entry and all it imports statically, minified. */
async function measureImport(code) {
  const result = await build({
    configFile: false,
    root: join(ROOT, 'tests'),
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'measured-entry',
        // Lib mode takes an entry for a path and puts the root before it.
        resolveId: (id) => (id.endsWith('virtual:measured') ? '\0measured' : null),
        load: (id) => (id === '\0measured' ? code : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      reportCompressedSize: false,
      modulePreload: false,
      lib: { entry: 'virtual:measured', formats: ['es'], fileName: 'measured' },
      // Lib mode leaves whitespace for the next bundler; here there is none.
      rolldownOptions: { output: { minify: true, chunkFileNames: '[name]-[hash].js' } },
    },
  })
  const chunks = [result]
    .flat()
    .flatMap((output) => output.output)
    .filter((part) => part.type === 'chunk')
  const wanted = new Set(chunks.filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName))
  for (const name of wanted) {
    for (const imported of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) wanted.add(imported)
  }
  return chunks.filter((chunk) => wanted.has(chunk.fileName)).reduce((sum, chunk) => sum + gzipSize(chunk.code), 0)
}

/** What is not exported yet cannot be measured; every other failure is one. */
function onlyIfExported(error) {
  if (/MISSING_EXPORT/.test(String(error?.message))) return undefined
  throw error
}

/** A chunk and all it imports statically; what it loads with `import()` waits for those who need it. */
function withStaticImports(file, seen = new Set()) {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, imported] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g)) {
    withStaticImports(join(dirname(file), imported), seen)
  }
  return seen
}

/** The widget's files, as its manifest names them: the loader, and what an open chat needs besides. */
function widgetFiles() {
  const manifest = join(WIDGET_DIST, 'manifest.json')
  if (!existsSync(manifest)) return undefined
  const { entry } = JSON.parse(readFileSync(manifest, 'utf8'))
  const config = JSON.stringify({ site: 'demo', name: 'Kopi Pagi', entry })
  return {
    // As it is served to the demo page: with its site's configuration in it.
    loader: readFileSync(join(WIDGET_DIST, 'loader.js'), 'utf8').replace('"__PENDOPO_CONFIG__"', () => config),
    chat: [...withStaticImports(join(WIDGET_DIST, 'assets', entry))],
  }
}

/** All figures: `{ name, what, bytes, limit }`, `bytes` undefined where there is nothing built yet. */
export async function measureSizes() {
  const widget = widgetFiles()
  const loader = widget && gzipSize(widget.loader)
  const all = widget && widget.chat.reduce((total, file) => total + gzipSize(readFileSync(file)), loader)
  const importSize = async (code, file) =>
    existsSync(join(ROOT, 'packages/sdk/dist', file)) ? await measureImport(code).catch(onlyIfExported) : undefined
  const chat = "export { createChat } from '@pendopo/sdk'"
  const inbox = "export { createInbox } from '@pendopo/sdk/inbox'"
  return [
    {
      name: 'loader',
      what: 'all a silent visitor downloads',
      bytes: loader,
      limit: LIMITS.loader,
    },
    { name: 'chat', what: 'everything until an open, connected chat', bytes: all, limit: LIMITS.chat },
    { name: 'createChat', what: '@pendopo/sdk', bytes: await importSize(chat, 'index.js'), limit: LIMITS.createChat },
    { name: 'createInbox', what: '@pendopo/sdk/inbox', bytes: await importSize(inbox, 'inbox.js'), limit: undefined },
  ]
}

const toKilobytes = (bytes) => (bytes === undefined ? '–' : `${(bytes / 1000).toFixed(2)} kB`)

if (isMain(import.meta.url)) {
  await main(async () => {
    const sizes = await measureSizes()
    if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(sizes)}\n`)
    else {
      for (const { name, what, bytes, limit } of sizes) {
        const columns = [
          name.padEnd(12),
          toKilobytes(bytes).padStart(9),
          (limit === undefined ? '' : `≤ ${toKilobytes(limit)}`).padStart(12),
          ` ${what}`,
        ]
        log(columns.join(' '))
      }
    }
    const unbuilt = sizes.filter(({ bytes, limit }) => bytes === undefined && limit !== undefined)
    const over = sizes.filter(({ bytes, limit }) => limit !== undefined && bytes !== undefined && bytes > limit)
    if (unbuilt.length > 0)
      throw new ToolError(`not built, so not measured: ${unbuilt.map((row) => row.name).join(', ')}`)
    if (over.length > 0) throw new ToolError(`over the limit: ${over.map((row) => row.name).join(', ')}`)
  })
}
