// Two builds: the loader, one classic script without imports, and the chat, ES modules with hashed names. Library mode,
// because an application build adds a preload helper of 1 kB that makes <link> elements a strict policy forbids.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, defineConfig, type InlineConfig, type Plugin } from 'vite'
import { slimSocketIo } from '../../tools/build/slim-socket-io.mjs'

const PLACEHOLDER = '__PENDOPO_CONFIG__'
const shared: InlineConfig = {
  configFile: false,
  root: import.meta.dirname,
  logLevel: 'warn',
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: { conditions: ['source', 'module', 'browser', 'production'] },
}

/** Turns the free identifier of `loader/main.ts` into the literal that the server replaces; as a string in the source
 * it would be folded away by the minifier. */
const placeholder = (): Plugin => ({
  name: 'config-placeholder',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue
      const parts = file.code.split(PLACEHOLDER)
      if (parts.length !== 2) throw new Error(`loader.js names its configuration ${parts.length - 1} times, not once`)
      file.code = parts.join(JSON.stringify(PLACEHOLDER))
    }
  },
})

/** For a page that checks what it loads: `sha384-…` by path. */
function integrityOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const hash = (file: string) =>
    `sha384-${createHash('sha384')
      .update(readFileSync(join(folder, file)))
      .digest('base64')}`
  return Object.fromEntries(files.toSorted().map((file) => [file.replaceAll('\\', '/'), hash(file)]))
}

/** Builds the loader beside the chat, and writes `manifest.json`: the chat's entry, and the hash of each file. */
const loaderAndManifest = (): Plugin => {
  let outDir = ''
  let entry = ''
  return {
    name: 'loader-and-manifest',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    generateBundle(_options, bundle) {
      const found = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry)
      if (found === undefined) throw new Error('the chat has no entry')
      entry = found.fileName.replace('assets/', '')
    },
    async closeBundle() {
      await build({
        ...shared,
        plugins: [placeholder()],
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2022',
          cssTarget: 'esnext',
          reportCompressedSize: false,
          lib: { entry: 'src/loader/main.ts', formats: ['iife'], name: 'PendopoLoader', fileName: () => 'loader.js' },
        },
      })
      const manifest = { entry, integrity: integrityOf(outDir) }
      writeFileSync(join(outDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    },
  }
}

export default defineConfig({
  ...shared,
  plugins: [slimSocketIo(), loaderAndManifest()],
  // `h` is part of Preact anyway; the newer way of writing JSX would add a function beside it.
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  build: {
    outDir: 'dist/files',
    target: 'es2022',
    cssTarget: 'esnext',
    reportCompressedSize: false,
    lib: { entry: { chat: process.env.WIDGET_ENTRY ?? 'src/chat.ts' }, formats: ['es'] },
    rolldownOptions: {
      // Modules that only on-demand chunks share with the entry stay in the entry: one request less before the first paint.
      preserveEntrySignatures: 'allow-extension',
      optimization: { inlineConst: true },
      transform: { inject: { h: ['preact', 'h'] } },
      output: {
        minify: true,
        // Marks of purity tell a further bundler what it may drop; in what browsers download they are weight.
        comments: false,
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
      },
    },
  },
})
