// Two builds: the loader, one classic script without imports, and the chat, ES modules with hashed names. Library mode,
// because an application build adds a preload helper of 1 kB that makes <link> elements a strict policy forbids.

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

/** Writes `manifest.json` and builds the loader beside the chat. */
const loaderAndManifest = (): Plugin => ({
  name: 'loader-and-manifest',
  generateBundle(_options, bundle) {
    const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry)
    if (entry === undefined) throw new Error('the chat has no entry')
    const source = `${JSON.stringify({ entry: entry.fileName.replace('assets/', '') })}\n`
    this.emitFile({ type: 'asset', fileName: 'manifest.json', source })
  },
  async closeBundle() {
    await build({
      ...shared,
      plugins: [placeholder()],
      build: {
        emptyOutDir: false,
        target: 'es2022',
        cssTarget: 'esnext',
        reportCompressedSize: false,
        lib: { entry: 'src/loader/main.ts', formats: ['iife'], name: 'PendopoLoader', fileName: () => 'loader.js' },
      },
    })
  },
})

export default defineConfig({
  ...shared,
  plugins: [slimSocketIo(), loaderAndManifest()],
  build: {
    target: 'es2022',
    cssTarget: 'esnext',
    reportCompressedSize: false,
    lib: { entry: { chat: process.env.WIDGET_ENTRY ?? 'src/chat.ts' }, formats: ['es'] },
    rolldownOptions: {
      // Modules that only on-demand chunks share with the entry stay in the entry: one request less before the first paint.
      preserveEntrySignatures: 'allow-extension',
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
