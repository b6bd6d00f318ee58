import { openDatabase } from '../open-database.ts'
import type { ParkedJob } from '../store/jobs.ts'
import type { Store } from '../store/store.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words, type Arguments } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'

const RELEASE_OPTIONS = { ...DATA_OPTIONS, all: { type: 'boolean' } } as const

/** Released side by side: with SQLite they share a commit, with Postgres the few connections. */
const AT_ONCE = 50

/** `pendopo jobs list` */
export async function listJobs(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  words(parsed, 'jobs list', 0, 0)
  await withParked(parsed, env, async (parked) => {
    out(parked.length === 0 ? 'No job is parked.\n' : parked.map(toLine).join(''))
  })
}

/** `pendopo jobs release READER STREAM|--all` */
export async function releaseJobs(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, RELEASE_OPTIONS)
  const all = parsed.flag('all')
  const [reader, stream] = words(parsed, 'jobs release READER STREAM, or pendopo jobs release --all', ...count(all))
  await withParked(parsed, env, async (parked, store) => {
    const wanted = all ? parked : parked.filter((job) => job.reader === reader && job.stream.id === stream)
    if (wanted.length === 0 && !all)
      throw new UsageError(`there is no parked job ${reader} ${stream}: pendopo jobs list shows them`)
    let released = 0
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      const done = await Promise.all(wanted.slice(at, at + AT_ONCE).map((job) => store.jobs.release(job)))
      released += done.filter(Boolean).length
    }
    out(`${released} job(s) released. A running server takes them up within 15 seconds.\n`)
  })
}

const count = (all: boolean): [number, number] => (all ? [0, 0] : [2, 2])

/** Reader, stream, failures, since when, and why, between tabs; an error of several lines becomes one. */
const toLine = ({ reader, stream, failures, since, error }: ParkedJob): string =>
  `${[reader, stream.id, failures, since === null ? 'unknown' : new Date(since).toISOString(), error.replaceAll(/\s+/g, ' ')].join('\t')}\n`

async function withParked(
  parsed: Arguments,
  env: Terminal['env'],
  run: (parked: readonly ParkedJob[], store: Store) => Promise<void>,
): Promise<void> {
  const store = await openDatabase(databaseOf(parsed, env), [])
  try {
    await run(await store.jobs.parked(await store.directory.defaultWorkspace()), store)
  } finally {
    await store.close()
  }
}
