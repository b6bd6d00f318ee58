// The examples as somebody would try them out: one command, on free ports, with data of their own. One at a time; it ends
// with its test.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterEach } from 'vitest'
import { startNode, type Running } from './run.ts'

const Ready = v.object({
  page: v.string(),
  chat: v.string(),
  inbox: v.string(),
  agent: v.object({ email: v.string(), password: v.nullable(v.string()) }),
})

let folder: string | undefined
let running: Running | undefined

afterEach(async () => {
  running?.child.kill('SIGTERM')
  await running?.outcome
  running = undefined
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})

/** Resolves with where it is when it is ready. */
export async function startExample(name: string): Promise<v.InferOutput<typeof Ready>> {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-example-'))
  const program = fileURLToPath(new URL(`../../examples/${name}/start.mjs`, import.meta.url))
  running = startNode([program], { PORT: '0', PENDOPO_PORT: '0', PENDOPO_DATA: folder })
  return v.parse(Ready, JSON.parse(await running.firstLine))
}
