// Which build is put to the test: the one of this checkout, the one of the first issue (packed, in `fixtures/`), or a
// copy of this one with a fault put in. A product is a folder with `node_modules/@pendopo/…`; whatever else the packages
// import is found in this checkout, further up.

import { cpSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, run } from '../../tools/run.mjs'

const CACHE = join(ROOT, 'node_modules/.cache/pendopo/chaos')
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url))
const PACKAGES = ['protocol', 'sdk', 'server-adapter']

/** What `npm run build` has made. */
export const CURRENT = ROOT

const packageOf = (product, name) => join(product, 'node_modules/@pendopo', name)

/** A file of a product's package, such as `('sdk', 'dist/index.node.js')`. */
export const fileOf = (product, name, path) => join(packageOf(product, name), path)

/** The product of the first issue, unpacked. */
export async function firstProduct() {
  const product = join(CACHE, 'first')
  rmSync(product, { recursive: true, force: true })
  for (const name of PACKAGES) {
    const folder = packageOf(product, name)
    mkdirSync(folder, { recursive: true })
    const archive = join(FIXTURES, `first-${name}.tgz`)
    const { code, output } = await run('tar', ['xzf', archive, '-C', folder, '--strip-components', '1'], {
      output: 'capture',
    })
    if (code !== 0) throw new Error(`unable to unpack ${archive}; ${output}`)
  }
  return product
}

/** A copy of this checkout's product with `from` replaced by `to` in the one built file that has it. */
export function mutatedProduct({ name, package: target, from, to }) {
  const product = join(CACHE, `mutant-${name.replaceAll(' ', '-')}`)
  rmSync(product, { recursive: true, force: true })
  for (const one of PACKAGES) {
    const source = realpathSync(packageOf(CURRENT, one))
    mkdirSync(packageOf(product, one), { recursive: true })
    for (const part of ['package.json', 'dist'])
      cpSync(join(source, part), join(packageOf(product, one), part), { recursive: true })
  }
  const files = scriptsUnder(packageOf(product, target)).filter((file) => from.test(readFileSync(file, 'utf8')))
  if (files.length === 0)
    throw new Error(`unable to make the mutant "${name}"; nothing in ${target} matches ${from}: bring it up to date`)
  for (const file of files) writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
  return product
}

const scriptsUnder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && !entry.parentPath.includes('/public'))
    .map((entry) => join(entry.parentPath, entry.name))
