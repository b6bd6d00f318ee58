// A source of ours as files for plain Node, for tools that need what no package exports.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as viteBuild } from 'vite'
import { ROOT } from '../run.mjs'

/** What is native, or is found by its own files. */
const LEFT_OUTSIDE = /^(?:better-sqlite3|pg|pg-native|node:)/

/** Builds `source` (from the root) below `name`; `digest` changes whenever something in it does. */
export async function buildForNode(name, source) {
  const outDir = join(ROOT, 'node_modules/.cache/pendopo', name)
  await viteBuild({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    resolve: { conditions: ['source'] },
    ssr: { resolve: { conditions: ['source'] }, noExternal: true },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node20',
      ssr: true,
      minify: false,
      rolldownOptions: {
        input: join(ROOT, source),
        external: LEFT_OUTSIDE,
        output: { entryFileNames: `${name}.mjs` },
      },
    },
  })
  const file = join(outDir, `${name}.mjs`)
  return { file, digest: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16) }
}
