// The process that `durability.test.ts` kills: runs the TypeScript beside it, as Node 20 cannot.

import { defaultServerConditions, runnerImport } from 'vite'

const [path, stream] = process.argv.slice(2)
const { module } = await runnerImport(new URL('./crash-writer.test.child.ts', import.meta.url).pathname, {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['source', ...defaultServerConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
})
await module.writeUntilKilled(path, stream)
