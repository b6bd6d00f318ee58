// Row 5: clients whose clocks are three days off, and a server whose clock jumps an hour back and then two forward while
// they talk. libfaketime lies to whole processes; timers stay true, as they do on a real machine whose clock is set.

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../tools/run.mjs'
import { openArena, withCleanUp } from '../lib/arena.mjs'
import { sum } from '../lib/judge.mjs'
import { readDatabase } from '../lib/read-database.mjs'
import { wait } from '../lib/wait.mjs'

const LIBRARIES = '/usr/lib'
const SETTLE_MS = 1_500
/** The server writes times an hour ahead in the end; times never decrease, so that it was behind does not show. */
const LEAST_JUMP_MS = 3_500_000

const findFaketime = () =>
  readdirSync(LIBRARIES)
    .map((name) => join(LIBRARIES, name, 'faketime/libfaketime.so.1'))
    .find((file) => existsSync(file))

async function ensureFaketime() {
  if (findFaketime() === undefined && process.getuid?.() === 0)
    await run('sh', ['-c', 'apt-get update -q && apt-get install -y -q --no-install-recommends libfaketime'])
  const file = findFaketime()
  if (file === undefined)
    throw new Error('unable to set clocks; install libfaketime (Debian: apt-get install libfaketime)')
  return file
}

export const clocks = {
  name: 'clocks',
  row: '5',
  title: 'clocks that are wrong',
  fault:
    'clients 3 days behind, right, and 3 days ahead; the server’s clock set back an hour and then ahead by two, in mid-run',
  scales: {
    short: { runs: 1, visitors: 2, perVisitor: 25, perAgent: 60, everyMs: 200 },
    full: { runs: 20, visitors: 2, perVisitor: 40, perAgent: 120, everyMs: 150 },
  },
  async run({ scale: { runs, ...scale }, context }) {
    const library = await ensureFaketime()
    const results = []
    for (let index = 0; index < runs; index++) {
      context.log(`run ${index + 1} of ${runs}`)
      results.push(
        await withCleanUp((folder, defer) =>
          playOne(scale, library, { ...context, folder, defer, seed: context.seed + index }),
        ),
      )
    }
    return {
      passed: results.every(({ passed }) => passed),
      faults: results.flatMap(({ faults }) => faults),
      counts: { runs, ...sum(results.map(({ counts }) => counts)) },
    }
  },
}

async function playOne({ visitors, ...plan }, library, context) {
  const wrong = (settings) => ({
    LD_PRELOAD: library,
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    ...settings,
  })
  const clock = join(context.folder, 'clock')
  const set = (offset) => writeFileSync(clock, `${offset}\n`)
  set('+0')
  const arena = await openArena(context, {
    groups: [{ FAKETIME: '-3d' }, null, { FAKETIME: '+3d' }].map((settings) => ({
      visitors,
      env: settings === null ? {} : wrong(settings),
    })),
    agents: 1,
    serverOptions: { env: wrong({ FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1' }) },
  })
  const jump = async () => {
    const third = (plan.perVisitor * plan.everyMs) / 3
    await wait(third)
    set('-1h')
    await wait(third)
    set('+1h')
    // Somebody has to come back under the new clock, too.
    for (const link of arena.proxy.links()) void arena.proxy.cut({ link })
  }
  await Promise.all([arena.talk(plan), jump()])
  await arena.calm()
  await wait(SETTLE_MS)
  const { counts, faults, passed } = await arena.verdict()
  const times = [...(await readDatabase(arena.database)).values()].flatMap((log) => log.map(({ at }) => at))
  const jumped = Math.max(...times) - Math.min(...times)
  if (jumped < LEAST_JUMP_MS)
    throw new Error(`the server's clock moved by ${jumped} ms only: libfaketime does not work here`)
  const out = (await arena.each('status'))
    .flat()
    .filter(({ connection, session }) => connection !== 'online' || (session !== null && session !== 'signed-in'))
  return {
    passed: passed && out.length === 0,
    faults: [...faults, ...out.map(({ name, connection, session }) => `${name} is ${connection} and ${session}`)],
    counts: { ...counts, loggedOut: out.length },
  }
}
