#!/usr/bin/env node
// `npm run check`: everything about the code that is not a test. One line per step; what a step has to say is shown when
// it fails. All steps run, so that one look shows all that is wrong.
//
//   npm run check -- --only types,lint

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, ToolError, log, main, run, runBin, seconds } from './run.mjs'
import { setup } from './setup.mjs'

const CAPTURE = { output: 'capture' }
const tool = (file, ...args) => runBin(file, args, CAPTURE)
const script = (name) => run(process.execPath, [join(ROOT, 'tools', name)], CAPTURE)
const CRUISED = ['packages', 'examples', 'tests', 'bench', 'chaos'].filter((folder) => existsSync(join(ROOT, folder)))

/** Runs `check(tarball)` for each package as it would be published; fails when any of them does. */
async function onTarballs(check) {
  const { pack } = await import('./pack.mjs')
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-pack-'))
  try {
    const results = []
    for (const packed of await pack(folder)) results.push({ name: packed.name, ...(await check(packed)) })
    const failed = results.filter(({ code }) => code !== 0)
    return {
      code: failed.length === 0 ? 0 : 1,
      output: failed.map(({ name, output }) => `${name}\n${output}`).join('\n'),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function publint({ file }) {
  return tool('publint/src/cli.js', file, '--strict')
}

async function typesOfPackage({ file }) {
  return tool('@arethetypeswrong/cli/dist/index.js', file, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii')
}

const STEPS = {
  build: () => script('build.mjs'),
  format: () => tool('oxfmt/bin/oxfmt', '--check'),
  lint: () => tool('oxlint/bin/oxlint', '--deny-warnings'),
  types: () => tool('typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'),
  imports: () =>
    tool('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.mjs', ...CRUISED),
  unused: () => tool('knip/bin/knip.js', '--no-progress', '--no-config-hints'),
  spec: () => script('spec-coverage.mjs'),
  sizes: () => script('sizes.mjs'),
  publint: () => onTarballs(publint),
  attw: () => onTarballs(typesOfPackage),
}

function readSteps() {
  const names = Object.keys(STEPS)
  const args = process.argv.slice(2)
  if (args.length === 0) return names
  const chosen = args.length === 2 && args[0] === '--only' ? args[1].split(',') : []
  if (chosen.length === 0 || chosen.some((name) => !names.includes(name))) {
    throw new ToolError(`unable to check; use --only with some of ${names.join(',')}, not "${args.join(' ')}"`)
  }
  return names.filter((name) => chosen.includes(name))
}

await main(async () => {
  const steps = readSteps()
  await setup()
  const failed = []
  for (const name of steps) {
    const started = Date.now()
    const { code, output } = await STEPS[name]().catch((error) => ({
      code: 1,
      output: String(error?.message ?? error),
    }))
    log(`check: ${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(8)} ${seconds(Date.now() - started).padStart(7)}`)
    // Sizes are worth a look when they are fine, too.
    if (code !== 0 || name === 'sizes') log(output.trimEnd())
    if (code !== 0) failed.push(name)
  }
  if (failed.length > 0) throw new ToolError(`check: failed: ${failed.join(', ')}`)
})
