// Three projects, from quick to slow: `unit` beside the sources, `integration` across packages in Node, `browser` which
// drives a real Chromium from Node through playwright-core. Workspace packages run from their sources (the `source`
// export condition), so no test depends on a build unless it starts a built program.

import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'

/** What every project shares; vite reads these per project, not from the root. */
const shared = {
  resolve: { conditions: ['source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
} as const

const project = (test: NonNullable<Extract<TestProjectConfiguration, { test?: unknown }>['test']>) => ({
  resolve: { conditions: [...shared.resolve.conditions] },
  ssr: { resolve: { conditions: [...shared.ssr.resolve.conditions] } },
  oxc: shared.oxc,
  test: {
    environment: 'node',
    restoreMocks: true,
    unstubAllGlobals: true,
    setupFiles: ['./tests/support/patience.ts'],
    // As patient as the other waits: see there.
    expect: { poll: { timeout: 10_000 } },
    ...test,
  },
})

export default defineConfig({
  test: {
    projects: [
      project({
        name: 'unit',
        include: ['packages/*/src/**/*.test.{ts,tsx}', 'examples/*/src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
        testTimeout: 20_000,
      }),
      project({
        name: 'integration',
        include: ['tests/integration/**/*.test.{ts,tsx}'],
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      project({
        name: 'browser',
        include: ['tests/browser/**/*.test.{ts,tsx}'],
        // A browser, a server and the page share two cores: one file at a time, and room for a cold start.
        fileParallelism: false,
        maxWorkers: 1,
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**'], exclude: ['**/*.test.{ts,tsx}'] },
  },
})
