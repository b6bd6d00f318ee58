#!/usr/bin/env node
// The program `pendopo`: the process around `cli/run.ts`.

import { explain, run } from './cli/run.ts'

/** Resolves at the first signal; the second ends the process at once, for whoever does not want to wait. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        asked += 1
        if (asked === 2) process.exit(130)
        resolve()
      })
    }
  })
}

try {
  await run(process.argv.slice(2), { out: (text) => void process.stdout.write(text), env: process.env, stopped })
  process.exit(0)
} catch (error) {
  process.stderr.write(`pendopo: ${explain(error)}\n`)
  process.exit(1)
}
