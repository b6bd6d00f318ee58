// The chaos harness in small: every row of docs/reliability.md with little volume, side by side, in one run of the command
// (the rows mostly wait). The full volumes are `npm run chaos -- --scale full`.

import * as v from 'valibot'
import { beforeAll, describe, expect, it } from 'vitest'
import { startNode } from '../support/run.ts'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../tools/chaos.mjs', import.meta.url))
const AT_ONCE = 4
const LONGEST_MS = 900_000

const Outcome = v.object({
  results: v.array(
    v.object({
      name: v.string(),
      passed: v.boolean(),
      faults: v.array(v.string()),
      counts: v.record(v.string(), v.number()),
    }),
  ),
})

let results: ReadonlyMap<string, v.InferOutput<typeof Outcome>['results'][number]>

beforeAll(async () => {
  const { firstLine, outcome } = startNode([PROGRAM, '--json', '--at-once', String(AT_ONCE)])
  const { results: all } = v.parse(Outcome, JSON.parse(await firstLine))
  await outcome
  results = new Map(all.map((result) => [result.name, result]))
}, LONGEST_MS)

describe('under faults', () => {
  it.each([
    ['control', '[RL1] plain socket.io behind the same proxy loses messages, and the harness sees it'],
    ['mutants', '[RL1] each of eight broken products is noticed'],
    ['kill-server', '[RL2] a server killed again and again has lost nothing that was ticked, and answers soon'],
    ['cuts', '[RL3] dropped frames and cuts lose nothing and double nothing'],
    ['repeats', '[RL4] frames that come twice, or from a former connection, double nothing'],
    ['clocks', '[RL5] clocks that are wrong change no order and sign nobody out'],
    ['two-tabs', '[RL6] one tab drains at a time, and when it is killed the other goes on'],
    ['browser-outbox', '[RL7] what was queued survives the page, its renderer and the browser'],
    ['kill-client', '[RL7] what was queued in Node survives SIGKILL'],
    ['disk-full', '[RL8] a full disk ticks nothing, kills nobody, and what waited arrives'],
    ['kill-server-postgres', '[RL2] nor has one on Postgres'],
    ['restart-postgres', '[RL12] a Postgres that dies and comes back costs nothing that was ticked'],
    ['restart-redis', '[RL14] a Redis that dies and comes back costs nothing, and events cross nodes again soon'],
    ['two-nodes', '[RL13] one of two nodes dies, and its clients go on at the other'],
    ['power-loss', '[RL9] a tick leaves after the write was synced'],
    ['sleep', '[RL10] a client that slept and a server that froze lose nothing'],
    ['old-and-new', '[RL11] the SDK of the first issue and this server, and back'],
    ['mail-out', '[RL15] mails get past a server that puts off, drops and goes away, and a repeat is the same mail'],
    ['mail-in', '[RL16] mails get in once through cuts, kills and a mailbox that is renumbered'],
  ])('%s: %s', (name) => {
    const { passed, faults } = results.get(name) ?? { passed: false, faults: ['it did not run'] }
    expect(faults).toEqual([])
    expect(passed).toBe(true)
  })
})
