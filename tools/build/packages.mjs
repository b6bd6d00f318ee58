// What there is to build, read from the packages themselves: the `exports` map names each entry's source and the files
// it becomes, `bin` names the programs, and the workspace dependencies give the order.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ROOT, ToolError } from '../run.mjs'

/** A package of the workspace with what its package.json says about building it. */
function readPackage(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = []
  for (const target of Object.values(manifest.exports ?? {})) {
    if (typeof target === 'object' && target.source !== undefined) entries.push(target)
  }
  for (const file of Object.values(manifest.bin ?? {})) {
    // `dist/cli.js` comes from `src/cli.ts`.
    entries.push({ source: `./src/${basename(file, '.js')}.ts`, default: file, isProgram: true })
  }
  // The programs of worker threads: `src/store-thread.ts` becomes `dist/store-thread.js`.
  for (const file of existsSync(join(folder, 'src')) ? readdirSync(join(folder, 'src')) : []) {
    if (file.endsWith('-thread.ts'))
      entries.push({ source: `./src/${file}`, default: `./dist/${basename(file, '.ts')}.js` })
  }
  const workspaceDependencies = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) =>
    name.startsWith('@pendopo/'),
  )
  return { name: manifest.name, id: basename(folder), folder, manifest, entries, workspaceDependencies }
}

/** The packages, each after those it needs; the server last, because it carries the built widget and inbox. */
export function readPackages() {
  const all = readdirSync(join(ROOT, 'packages'))
    .filter((id) => existsSync(join(ROOT, 'packages', id, 'package.json')))
    .map((id) => readPackage(join(ROOT, 'packages', id)))
  const server = all.find((candidate) => candidate.id === 'server-adapter')
  if (server !== undefined) server.workspaceDependencies.push('@pendopo/widget', '@pendopo/inbox')
  const sorted = []
  const visit = (entry, path) => {
    if (path.includes(entry)) throw new ToolError(`unable to order the packages; ${entry.name} needs itself`)
    for (const name of entry.workspaceDependencies) {
      const needed = all.find((candidate) => candidate.name === name)
      if (needed !== undefined) visit(needed, [...path, entry])
    }
    if (!sorted.includes(entry)) sorted.push(entry)
  }
  for (const entry of all) visit(entry, [])
  return sorted
}
