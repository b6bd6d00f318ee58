// The short version of `npm run fuzz`: the tool itself, with fewer frames and a seed that brings them back.

import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import { startNode } from '../support/run.ts'

const PROGRAM = fileURLToPath(new URL('../../tools/fuzz.mjs', import.meta.url))
const FRAMES = 10_000

const Result = v.object({
  frames: v.number(),
  closedByServer: v.number(),
  rssMb: v.object({ growth: v.number() }),
  honest: v.object({ sent: v.number(), failed: v.number() }),
})

it('[SC10] ten thousand hostile frames: the process lives, its memory stays, others chat on', async () => {
  const { firstLine, outcome } = startNode([PROGRAM, '--frames', String(FRAMES), '--seed', '20261122', '--json'])
  const result = v.parse(Result, JSON.parse(await firstLine))
  await outcome
  expect(result.frames).toBeGreaterThanOrEqual(FRAMES)
  expect(result.closedByServer).toBeGreaterThan(0)
  expect(result.rssMb.growth).toBeLessThan(50)
  expect(result.honest.sent).toBeGreaterThan(3)
  expect(result.honest.failed).toBe(0)
}, 180_000)

const Siege = v.object({
  attacks: v.object({ begun: v.number(), joined: v.number(), ended: v.number() }),
  rssMb: v.object({ ratio: v.number() }),
  honest: v.object({ sent: v.number(), failed: v.number() }),
})

it('[SC39] two hundred connections that mean harm: the memory stays below twice, others chat on', async () => {
  const { firstLine, outcome } = startNode([PROGRAM, '--attack', '--seconds', '15', '--json'])
  const result = v.parse(Siege, JSON.parse(await firstLine))
  await outcome
  expect(result.attacks.joined).toBeGreaterThan(80)
  expect(result.attacks.ended).toBeGreaterThan(100)
  expect(result.rssMb.ratio).toBeLessThan(2)
  expect(result.honest.sent).toBeGreaterThan(200)
  // How long they wait is a question to the command, on a machine that does nothing else.
  expect(result.honest.failed).toBe(0)
}, 90_000)
