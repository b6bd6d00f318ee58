// Builds a package's entries: JavaScript through vite's lib mode, one bundled `.d.ts` per entry through
// rollup-plugin-dts. Everything imported by a package name stays an import, except what the browser build of the SDK
// carries inside (socket.io-client, slimmed).

import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'
import { build as viteBuild } from 'vite'
import { ROOT } from '../run.mjs'
import { slimSocketIo } from './slim-socket-io.mjs'

/** Packages that go into the browser build of the SDK; its `.node.js` twin imports them as they are. */
const BUNDLED_FOR_BROWSERS =
  /^(?:socket\.io-client|engine\.io-client|socket\.io-parser|engine\.io-parser|@socket\.io\/)/

const isBare = (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0')

/** `./dist/inbox.node.js` → `inbox.node` */
const outputName = (file, extension) => file.replace(/^\.\/dist\//, '').slice(0, -extension.length)

/** The names of one condition's outputs with the sources they come from. */
function entriesFor(entries, condition, extension, folder) {
  const named = entries.filter((entry) => entry[condition] !== undefined)
  return Object.fromEntries(named.map((entry) => [outputName(entry[condition], extension), join(folder, entry.source)]))
}

async function buildScripts({ folder, input, isNode, outDir }) {
  if (Object.keys(input).length === 0) return
  await viteBuild({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    define: isNode ? {} : { 'process.env.NODE_ENV': 'process.env.NODE_ENV' },
    plugins: isNode ? [] : [slimSocketIo()],
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: isNode ? 'node20' : 'es2022',
      ssr: isNode,
      minify: false,
      sourcemap: true,
      reportCompressedSize: false,
      lib: { entry: input, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rolldownOptions: {
        external: (id) => isBare(id) && (isNode || !BUNDLED_FOR_BROWSERS.test(id)),
        output: { chunkFileNames: `chunks/[name]-[hash]${isNode ? '.node' : ''}.js` },
      },
    },
  })
}

/** `carried` are packages whose types go inside, because nobody who installs this one gets them. */
async function buildTypes({ input, outDir, carried }) {
  if (Object.keys(input).length === 0) return
  const bundle = await rollup({
    input,
    external: (id) => isBare(id) && !carried.includes(id),
    plugins: [
      dts({
        tsconfig: join(ROOT, 'tsconfig.json'),
        // What is carried comes from the built `.d.ts` of its package: one file in place of all its sources.
        compilerOptions: { noEmit: false, customConditions: [] },
        includeExternal: carried,
      }),
    ],
    onwarn: (warning) => {
      // Types may refer to each other in circles, and an entry may have no types of its own.
      if (warning.code !== 'CIRCULAR_DEPENDENCY' && warning.code !== 'EMPTY_BUNDLE') throw new Error(warning.message)
    },
  })
  await bundle.write({ dir: outDir, entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name]-[hash].d.ts' })
  await bundle.close()
}

/** A program starts with its interpreter and may be executed, whatever the bundler made of the first line. */
function makeExecutable(file) {
  const code = readFileSync(file, 'utf8')
  if (!code.startsWith('#!')) writeFileSync(file, `#!/usr/bin/env node\n${code}`)
  chmodSync(file, 0o755)
}

/** Builds what exists of a package's entries; returns the sources that do not exist (yet). */
export async function buildLibrary({ folder, entries, manifest }) {
  const outDir = join(folder, 'dist')
  const present = entries.filter((entry) => existsSync(join(folder, entry.source)))
  // A package with a `node` condition serves browsers by default; one without runs where its dependencies run.
  const hasTwins = entries.some((entry) => entry.node !== undefined)
  const isServer = manifest.bin !== undefined
  const scripts = (condition) => entriesFor(present, condition, '.js', folder)
  await buildScripts({ folder, outDir, input: scripts('default'), isNode: isServer })
  if (hasTwins) await buildScripts({ folder, outDir, input: scripts('node'), isNode: true })
  const carried = Object.keys(manifest.devDependencies ?? {}).filter((name) => name.startsWith('@pendopo/'))
  await buildTypes({ outDir, carried, input: entriesFor(present, 'types', '.d.ts', folder) })
  for (const entry of present) if (entry.isProgram === true) makeExecutable(join(folder, entry.default))
  return entries.filter((entry) => !present.includes(entry)).map((entry) => relative(ROOT, join(folder, entry.source)))
}
