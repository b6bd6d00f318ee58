// What the doctor says about a database that answered.

import { isReadable, type Inspection, type SchemaState } from '../store/inspection.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Sessions, leases and what people read as times come from the database's clock. */
const CLOCK_TOLERANCE_MS = 2_000

export function examineInspection(inspection: Inspection, isProduction: boolean): readonly Finding[] {
  const { name, schema, durability, faults, clockAheadMs, sites, parkedJobs } = inspection
  return [
    ok('database', `${name} answers`),
    examineSchema(schema),
    ...(faults === null ? [] : [examineFaults(faults)]),
    examineDurability(durability),
    examineClock(clockAheadMs),
    ...(isReadable(schema) ? [examineSites(sites, isProduction), examineParked(parkedJobs)] : []),
  ]
}

function examineSchema({ taken, missing, unknown }: SchemaState): Finding {
  if (unknown.length > 0)
    return fail(
      'schema',
      `a later version wrote it (${unknown.join(', ')})`,
      'install that version, or restore a backup from before it',
    )
  if (taken.length === 0) return warn('schema', 'the database is empty', 'start the server once: it makes the tables')
  if (missing.length > 0)
    return warn(
      'schema',
      `it is older (${missing.join(', ')} to come)`,
      'make a backup: the next start of the server brings it up to date, and the version before cannot read it then',
    )
  return ok('schema', `it is up to date (${taken.at(-1)})`)
}

const examineFaults = (faults: readonly string[]): Finding =>
  faults.length === 0
    ? ok('integrity', 'a quick look over the whole found no damage')
    : fail(
        'integrity',
        `the database is damaged: ${faults.join('; ')}`,
        'stop the server, keep a copy of the files, and restore the last backup: pendopo restore FOLDER --overwrite',
      )

function examineDurability(settings: Inspection['durability']): Finding {
  const wrong = settings.filter(({ value, wanted }) => value !== wanted)
  const show = (list: typeof settings) => list.map(({ name, value }) => `${name} = ${value}`).join(', ')
  if (wrong.length === 0) return ok('durability', show(settings))
  // A file that was put together by another tool: the server sets its mode when it opens it.
  if (wrong.every(({ name }) => name === 'journal_mode'))
    return warn('durability', show(wrong), 'start the server once: it sets journal_mode = wal')
  const wanted = wrong.map(({ name, wanted: value }) => `${name} = ${value}`).join(', ')
  return fail(
    'durability',
    `${show(wrong)}: a power cut may take what was acknowledged`,
    `set ${wanted} in postgresql.conf, and reload Postgres`,
  )
}

function examineClock(aheadMs: number | null): Finding {
  if (aheadMs === null) return ok('clock', "the database uses this machine's")
  if (Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS) return ok('clock', `${Math.abs(aheadMs)} ms from the database's`)
  const way = aheadMs < 0 ? 'ahead of' : 'behind'
  return warn(
    'clock',
    `this machine is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${way} the database's`,
    'let both keep time by NTP (timedatectl set-ntp true)',
  )
}

function examineSites(sites: Inspection['sites'], isProduction: boolean): Finding {
  if (sites.length === 0)
    return warn('sites', 'there is none', 'add one: pendopo site add NAME https://your-site.example')
  const problems = sites.flatMap(({ id, origins }) =>
    origins.flatMap((origin) => {
      const problem = problemOf(origin, isProduction)
      return problem === null ? [] : [`${id} takes ${origin} (${problem})`]
    }),
  )
  const bare = sites.filter(({ origins }) => origins.length === 0).map(({ id }) => `${id} has no origin`)
  const all = [...bare, ...problems]
  if (all.length > 0)
    return warn('sites', all.join('; '), 'list the exact https:// origins of your pages, and no others')
  return ok('sites', `${sites.length}: ${sites.map(({ id }) => id).join(', ')}`)
}

/** Browsers treat a machine's own pages as safe without TLS. */
function problemOf(origin: string, isProduction: boolean): string | null {
  if (!URL.canParse(origin)) return 'no origin'
  const { protocol, hostname } = new URL(origin)
  const isLocal = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
  if (isLocal) return isProduction ? 'a page of one machine, in production' : null
  return protocol === 'https:' ? null : 'without TLS: others on the way read it and write in it'
}

const examineParked = (parked: number): Finding =>
  parked === 0
    ? ok('jobs', 'none is parked')
    : warn('jobs', `${parked} are parked`, 'see why: pendopo jobs list; then pendopo jobs release')
