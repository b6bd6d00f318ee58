// Row 10: what a power cut would leave. strace writes down what the server asks of the kernel; for each message the
// write of its words into the database's log must come first, then an fdatasync of that log which has returned, and only
// then the tick leaves through the socket. Threads are put in order by time.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { run } from '../../tools/run.mjs'
import { ask, connectRaw } from '../../bench/lib/raw-socket.mjs'
import { createIds } from '../../bench/lib/command-ids.mjs'
import { startServer } from '../lib/server.mjs'

const CALLS = 'pwrite64,write,writev,sendmsg,sendto,fdatasync,fsync'
/** Whole pages of the database, escaped. */
const SHOWN_BYTES = 70_000

async function ensureStrace() {
  const has = async () => (await run('strace', ['-V'], { output: 'capture' }).catch(() => ({ code: 1 }))).code === 0
  if (await has()) return
  if (process.getuid?.() === 0)
    await run('sh', ['-c', 'apt-get update -q && apt-get install -y -q --no-install-recommends strace'])
  if (!(await has())) throw new Error('unable to watch the server; install strace (Debian: apt-get install strace)')
}

export const powerLoss = {
  name: 'power-loss',
  row: '10',
  title: 'power loss',
  fault: 'strace: each message is written, synced, and only then ticked',
  scales: { short: { acks: 60 }, full: { acks: 300 } },
  async run({ scale: { acks }, context: { folder, defer, server: product } }) {
    await ensureStrace()
    const trace = join(folder, 'trace')
    const server = await startServer({
      product,
      database: `file:${folder}/pendopo.db`,
      agents: 1,
      wrap: (command, args) => [
        'strace',
        ['-f', '-ttt', '-T', '-y', '-s', String(SHOWN_BYTES), '-e', `trace=${CALLS}`, '-o', trace, command, ...args],
      ],
    })
    defer(() => server.close())
    const messages = await writeMessages(server, acks)
    await server.stop()
    return judgeTrace(parseTrace(readFileSync(trace, 'latin1')), messages)
  },
}

/** Ids and words of messages, each written when the one before was ticked. */
async function writeMessages({ url, entry }, count) {
  const newId = createIds()
  const token = randomBytes(32).toString('base64url')
  const socket = await connectRaw({
    url,
    namespace: '/visitor',
    auth: { version: 1, site: entry.site, key: entry.key, token },
  })
  const open = { id: newId(), kind: 'conversation.open', data: {} }
  const { stream } = await ask(socket, 'commands', { commands: [open] })
  const messages = []
  for (let index = 0; index < count; index++) {
    const message = { id: newId(), text: `words number ${index} of ${count}.` }
    const { results } = await ask(socket, 'commands', {
      stream,
      commands: [{ id: message.id, kind: 'message.post', data: { text: message.text } }],
    })
    if (results[0]?.ok !== true) throw new Error(`a message was refused: ${JSON.stringify(results)}`)
    messages.push(message)
  }
  socket.close()
  return messages
}

const LINE = /^(\d+) +(\d+\.\d+) (?:<\.\.\. )?(\w+)(.*)$/

/** Calls with when they began and when they had returned, in seconds. */
function parseTrace(text) {
  const calls = []
  const unfinished = new Map()
  for (const line of text.split('\n')) {
    const [, thread, at, name, rest] = LINE.exec(line) ?? []
    if (name === undefined) continue
    const began = Number(at)
    if (rest.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { name, began, rest })
      continue
    }
    const lasted = Number(/<(\d+\.\d+)>$/.exec(rest)?.[1] ?? 0)
    const start = unfinished.get(thread)
    if (rest.startsWith(' resumed>') && start?.name === name) {
      unfinished.delete(thread)
      calls.push({ name, began: start.began, returned: began, rest: start.rest })
    } else calls.push({ name, began, returned: began + lasted, rest })
  }
  return calls
}

const isLog = ({ rest }) => /^\(\d+<[^>]*-wal>/.test(rest)
const isSync = ({ name }) => name === 'fdatasync' || name === 'fsync'

function judgeTrace(calls, messages) {
  const writes = calls.filter((call) => call.name === 'pwrite64' && isLog(call))
  const syncs = calls.filter((call) => isSync(call) && isLog(call))
  const sends = calls.filter(
    ({ name, rest }) => name !== 'pwrite64' && !isSync({ name }) && /^\(\d+<(?:socket|TCP)/.test(rest),
  )
  const faults = []
  let synced = 0
  for (const { id, text } of messages) {
    const write = writes.find(({ rest }) => rest.includes(text))
    const tick = sends.find(({ rest }) => rest.includes(id))
    if (write === undefined || tick === undefined) {
      faults.push(`"${text}": no ${write === undefined ? 'write of its words' : 'tick'} in the trace`)
      continue
    }
    // Its own moment of returning is known to the microsecond; what began at the same one has not waited for it.
    const sync = syncs.find(({ began, returned }) => began >= write.began && returned <= tick.began)
    if (sync === undefined) faults.push(`"${text}" was ticked before its write was synced`)
    else synced++
  }
  return {
    passed: faults.length === 0 && messages.length > 0,
    faults: faults.slice(0, 10),
    counts: { acked: messages.length, syncedBeforeAck: synced, syncs: syncs.length },
  }
}
