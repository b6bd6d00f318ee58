// A private Redis: on this machine only, nothing kept on disk, since Pendopo keeps nothing in it that matters.

import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { startPrivateServer } from './private-server.mjs'
import { findOrInstall } from './programs.mjs'

const findProgram = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file))

/** Whether it answers a PING. */
function isReady({ port }) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write('PING\r\n'))
    const answer = (ready) => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(1_000, () => answer(false))
    socket.once('error', () => answer(false))
    socket.once('data', (data) => answer(data.toString().startsWith('+PONG')))
  })
}

export async function startPrivateRedis({ parent } = {}) {
  const program = await findOrInstall(findProgram, {
    what: 'Redis',
    packageName: 'redis-server',
    variable: 'REDIS_URL',
  })
  return startPrivateServer({
    name: 'redis',
    parent,
    command: ({ folder, port }) => ({
      program,
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    }),
    isReady,
    toUrl: ({ port }) => `redis://127.0.0.1:${port}`,
    haltSignal: 'SIGTERM',
    deathSignal: 'SIGKILL',
  })
}
