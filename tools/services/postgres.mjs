// A private Postgres: initdb into a folder of its own, durable settings as shipped, reachable on this machine with a
// password. Postgres refuses to run as root, so root runs it as `postgres` or `nobody`.

import { randomBytes, randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import pg from 'pg'
import { ToolError, run } from '../run.mjs'
import { findAccount } from './account.mjs'
import { SETPRIV, startPrivateServer } from './private-server.mjs'
import { findOrInstall } from './programs.mjs'

const DEBIAN = '/usr/lib/postgresql'
const USER = 'pendopo'

/** The folder with `initdb` and `postgres`: the newest of Debian's, or one on the path. */
function findPrograms() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : []
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

/** Its main process writes here that it accepts connections. */
function isReady({ folder, pid }) {
  try {
    const lines = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

export async function startPrivatePostgres({ parent, settings = {} } = {}) {
  const programs = await findOrInstall(findPrograms, {
    what: 'Postgres',
    packageName: 'postgresql',
    variable: 'DATABASE_URL',
  })
  const account = findAccount('Postgres', ['postgres', 'nobody'])
  const setpriv = account?.setpriv ?? []
  const password = randomBytes(12).toString('hex')

  async function prepare(folder) {
    if (account !== undefined) chownSync(folder, account.uid, account.gid)
    const passwordFile = join(folder, 'password')
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (account !== undefined) chownSync(passwordFile, account.uid, account.gid)
    const data = join(folder, 'data')
    mkdirSync(data, { mode: 0o700 })
    if (account !== undefined) chownSync(data, account.uid, account.gid)
    const init = [join(programs, 'initdb'), '-D', data, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile]
    const locale = ['--encoding', 'UTF8', '--locale', 'C']
    const [file, ...args] = [...(account === undefined ? [] : [SETPRIV, ...setpriv]), ...init, ...locale]
    const { code, output } = await run(file, args, { output: 'capture', cwd: folder })
    if (code !== 0) throw new ToolError(`unable to make a Postgres; initdb says:\n${output}`)
  }

  const command = ({ folder, port }) => {
    const all = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: 200,
      ...settings,
    }
    const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    return { program: join(programs, 'postgres'), args: ['-D', join(folder, 'data'), ...options], setpriv }
  }

  return startPrivateServer({
    name: 'postgres',
    parent,
    prepare,
    command,
    isReady,
    toUrl: ({ port }) => `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    // A fast shutdown: it cuts its clients off and writes everything down.
    haltSignal: 'SIGINT',
    // An immediate one.
    deathSignal: 'SIGQUIT',
  })
}

async function runOn(url, statement) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** An empty database on the server of this URL. */
export async function createDatabase(url) {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runOn(url, `create database ${name}`)
  const address = new URL(url)
  address.pathname = `/${name}`
  return { url: address.href, drop: () => runOn(url, `drop database if exists ${name} with (force)`) }
}
