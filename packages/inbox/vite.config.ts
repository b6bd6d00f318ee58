// Builds the inbox into files that work wherever the server is mounted: addresses in the page are relative to its
// folder, and the script finds the rest out by its own address (`src/app/base-path.ts`).

import { fileURLToPath } from 'node:url'
import preact from '@preact/preset-vite'
import { defaultClientConditions, defineConfig } from 'vite'
import { slimSocketIo } from '../../tools/build/slim-socket-io.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root: folder,
  base: './',
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), slimSocketIo()],
  build: {
    outDir: 'dist/files',
    emptyOutDir: true,
    target: 'es2023',
    assetsDir: 'assets',
    // A helper that fetches styles of lazy chunks would be inline script in all but name; there are no such styles.
    modulePreload: false,
    // As `data:` in a style sheet it would need a policy of its own.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
})
