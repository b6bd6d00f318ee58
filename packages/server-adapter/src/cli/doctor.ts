import { filesBeside, isPostgresAddress, toDatabasePath } from '../database-address.ts'
import { examineInstallation } from '../doctor/examine-installation.ts'
import type { Finding } from '../doctor/finding.ts'
import { findPackage } from '../package-root.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import { SECRET_OPTION, secretOf } from './secret-file.ts'
import { UsageError, type Terminal } from './terminal.ts'
import { proxiesOf } from './trust-proxy.ts'

const OPTIONS = {
  ...DATA_OPTIONS,
  files: { type: 'string' },
  redis: { type: 'string' },
  'trust-proxy': { type: 'string' },
  ...SECRET_OPTION,
  json: { type: 'boolean' },
} as const

/** `pendopo doctor`: rejects where a step failed, so that the program ends with code 1. */
export async function examine(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, OPTIONS)
  words(parsed, 'doctor [--files DIR] [--redis URL] [--trust-proxy LIST] [--secret-file FILE] [--json]', 0, 0)
  const database = databaseOf(parsed, env)
  if (toDatabasePath(database) === null && !isPostgresAddress(database))
    throw new UsageError('the address of a database is file:./data/pendopo.db or postgres://user@host/database')
  const findings = await examineInstallation({
    database,
    files: parsed.text('files') ?? env.PENDOPO_FILES ?? filesBeside(database),
    redis: parsed.text('redis') ?? env.PENDOPO_REDIS,
    proxies: proxiesOf(parsed, env),
    secret: await secretOf(parsed),
    isProduction: env.NODE_ENV === 'production',
  })
  const failed = findings.filter(({ level }) => level === 'fail').map(({ step }) => step)
  const { version } = findPackage()
  out(
    parsed.flag('json')
      ? `${JSON.stringify({ ok: failed.length === 0, version, steps: findings })}\n`
      : findings.map(toLine).join(''),
  )
  if (failed.length > 0) throw new UsageError(`${failed.length} step(s) failed: ${failed.join(', ')}`)
}

const toLine = ({ step, level, text, advice }: Finding): string =>
  `${level.padEnd(5)} ${step.padEnd(12)} ${text}${advice === null ? '' : `. What to do: ${advice}`}\n`
