// Postgres, Redis and an IMAP server for tests, benches and examples: the ones the environment names (DATABASE_URL,
// REDIS_URL), else private servers of the programs found on this machine, else Debian's packages (as root). Nothing stands
// in for any of them.
//
//   const postgres = await ensurePostgres()       { url, stop() }: whichever there is; leave it running for others
//   const postgres = await startPostgres()        one of one's own: can be killed and started again on the same data
//   const database = await createDatabase(url)    { url, drop() }: an empty database on either, for one test file
//   const mails = await startMailServer()         Dovecot with one mailbox: deliver(raw), changeUidValidity(), kill() …

import { startPrivateDovecot } from './services/dovecot.mjs'
import { startPrivatePostgres } from './services/postgres.mjs'
import { startPrivateRedis } from './services/redis.mjs'

export { createDatabase } from './services/postgres.mjs'

const given = (name) => {
  const url = process.env[name] ?? ''
  return url === '' ? undefined : { url, stop: async () => {} }
}

export const ensurePostgres = async () => given('DATABASE_URL') ?? startPrivatePostgres()
export const ensureRedis = async () => given('REDIS_URL') ?? startPrivateRedis()

export const startPostgres = startPrivatePostgres
export const startRedis = startPrivateRedis
export const startMailServer = startPrivateDovecot
