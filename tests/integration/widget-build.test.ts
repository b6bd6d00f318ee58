// The widget's files are named by their content and listed with their hashes: whoever builds the same sources gets the
// same files, and can compare.

import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runNode } from '../support/run.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const Manifest = v.object({ entry: v.string(), integrity: v.record(v.string(), v.string()) })

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-builds-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function build(name: string) {
  const outDir = join(folder, name)
  const vite = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', join(ROOT, 'packages/widget')]
  const config = join(ROOT, 'packages/widget/vite.config.ts')
  const { code, stderr } = await runNode([...vite, '--config', config, '--outDir', outDir, '--logLevel', 'warn'])
  expect([code, stderr]).toEqual([0, stderr])
  const manifest = v.parse(Manifest, JSON.parse(readFileSync(join(outDir, 'manifest.json'), 'utf8')))
  return { outDir, manifest }
}

it('[SC48] two builds have the same files with the same hashes, and the manifest tells them', async () => {
  const [one, other] = [await build('one'), await build('other')]
  expect(one.manifest).toEqual(other.manifest)
  expect(one.manifest.integrity).toHaveProperty(['loader.js'])
  expect(one.manifest.integrity).toHaveProperty([`assets/${one.manifest.entry}`])
  const scripts = readdirSync(one.outDir, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const hashes = scripts.map((file) => {
    const hash = createHash('sha384').update(readFileSync(join(one.outDir, file)))
    return [file, `sha384-${hash.digest('base64')}`]
  })
  expect(one.manifest.integrity).toEqual(Object.fromEntries(hashes))
})
