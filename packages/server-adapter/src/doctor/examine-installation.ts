// The doctor: looks at all that an installation stands on, step by step, and says what to do. It repairs nothing and
// writes nothing, save a file in each folder that it removes again; so it may run before the first start, beside a
// server, and where a server refuses to start.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { toDatabasePath, withoutPassword } from '../database-address.ts'
import { inspectPostgres } from '../store/postgres/inspect.ts'
import { inspectSqlite } from '../store/sqlite/inspect.ts'
import { examineInspection } from './examine-database.ts'
import { examineFolder, examineNode, examineOpenFiles } from './examine-machine.ts'
import { examineMail } from './examine-mail.ts'
import { examineRedis } from './examine-redis.ts'
import { examineProxies } from './examine-proxies.ts'
import { fail, toReason, warn, type Finding } from './finding.ts'

export interface Place {
  /** The database's address. */
  readonly database: string
  /** The folder of messages' files. */
  readonly files: string
  readonly redis: string | undefined
  /** Whose forwarded headers are believed. */
  readonly proxies: readonly string[]
  /** The installation's secret, where the server is given one: see `PendopoOptions.secret`. */
  readonly secret: string | undefined
  /** Whether pages of this one machine are a mistake. */
  readonly isProduction: boolean
}

export async function examineInstallation(place: Place): Promise<readonly Finding[]> {
  const path = toDatabasePath(place.database)
  const [data, database, files, redis, openFiles, mail] = await Promise.all([
    path === null ? [] : examineFolder('data', dirname(path)),
    examineDatabase(place, path),
    examineFolder('files', place.files),
    examineRedis(place.redis),
    examineOpenFiles(),
    examineMail(place.database, place.secret),
  ])
  const proxies = examineProxies(place.proxies)
  return [examineNode(process.versions.node), ...data, ...database, ...files, redis, proxies, openFiles, ...mail]
}

async function examineDatabase(place: Place, path: string | null): Promise<readonly Finding[]> {
  if (path !== null && !existsSync(path))
    return [warn('database', `${path} is not there yet`, 'start the server once: pendopo serve makes it')]
  try {
    const inspection = path === null ? await inspectPostgres(place.database) : inspectSqlite(path)
    return examineInspection(inspection, place.isProduction)
  } catch (error) {
    const advice =
      path === null
        ? 'start Postgres, or set the address right (--database or PENDOPO_DATABASE); docs/postgres.md says how'
        : 'look whether this is the right file (--data or --database), and who may read it; else restore a backup'
    return [fail('database', `${withoutPassword(place.database)}: ${toReason(error)}`, advice)]
  }
}
