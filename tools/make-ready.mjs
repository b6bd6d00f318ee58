#!/usr/bin/env node
// What a tool or an example needs before it may import packages, ours or others': a fresh checkout has neither.

import { build } from './build.mjs'
import { ToolError, isMain, main } from './run.mjs'
import { setup } from './setup.mjs'

/** Installs and builds what is missing. Imports of packages come after it, by `import()`. */
export async function makeReady() {
  await setup()
  const { missing } = await build()
  if (missing.length > 0) throw new ToolError(`unable to run; not everything is built: ${missing.join(', ')}`)
}

if (isMain(import.meta.url)) await main(makeReady)
