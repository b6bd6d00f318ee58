#!/usr/bin/env node
// Packs the publishable packages into tarballs, exactly as `npm publish` would.
//
//   node tools/pack.mjs [folder]       default: dist in the checkout

import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPackages } from './build/packages.mjs'
import { ROOT, ToolError, isMain, log, main, runNpm } from './run.mjs'

/** Writes the tarballs into `folder`; resolves to `{ name, id, file, files }` of each, `files` being what is inside. */
export async function pack(folder) {
  mkdirSync(folder, { recursive: true })
  const packages = readPackages()
  const workspaces = packages.flatMap(({ name }) => ['--workspace', name])
  const args = ['pack', '--json', '--loglevel=error', '--ignore-scripts', '--pack-destination', folder, ...workspaces]
  const { code, stdout, stderr } = await runNpm(args, { output: 'capture' })
  if (code !== 0) throw new ToolError(`unable to pack; npm said: ${stderr}`)
  const packed = JSON.parse(stdout)
  return packages.map(({ name, id }) => {
    const entry = Object.values(packed).find((candidate) => candidate.name === name)
    return { name, id, file: join(folder, entry.filename), files: entry.files.map((file) => file.path) }
  })
}

if (isMain(import.meta.url)) {
  await main(async () => {
    for (const { file, files } of await pack(resolve(process.argv[2] ?? join(ROOT, 'dist')))) {
      log(`${file} (${files.length} files)`)
    }
  })
}
