// The other side of the ratio on Postgres, a plain table with a numbered key and `synchronous_commit=on`. Two loops without
// sockets: `inserts`, one a message, that share a commit, and `rows`, one of many rows. And a socket.io server that does
// nothing but make each message durable: one insert of many rows for all that arrived while the last one was on its way,
// and the ack after its commit.

import { createServer } from 'node:http'
import pg from 'pg'
import { Server } from 'socket.io'
import { createIds } from './lib/command-ids.mjs'
import { answer } from './lib/children.mjs'
import { TEXT } from './systems/text.mjs'

const client = new pg.Client({ connectionString: process.env.BENCH_DATABASE })
await client.connect()
await client.query('set synchronous_commit = on')
await client.query(
  'create table message (n bigint generated always as identity primary key, id text not null, ' +
    'conversation text not null, text text not null, at bigint not null)',
)

async function insert(messages) {
  const { rows } = await client.query({
    name: 'insert',
    text:
      'insert into message (id, conversation, text, at) ' +
      'select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) returning n',
    values: [
      messages.map(({ id }) => id),
      messages.map(({ conversation }) => conversation),
      messages.map(({ text }) => text),
      messages.map(() => Date.now()),
    ],
  })
  return rows
}

const insertOne = ({ id, conversation, text }) =>
  client.query({
    name: 'insert one',
    text: 'insert into message (id, conversation, text, at) values ($1, $2, $3, $4) returning n',
    values: [id, conversation, text, Date.now()],
  })

/** Messages a second of nothing but storing groups of so many, one after the other. */
async function loop({ ms, group }, store) {
  const nextId = createIds()
  const conversation = nextId()
  const started = performance.now()
  let stored = 0
  while (performance.now() - started < ms) {
    await store(Array.from({ length: group }, () => ({ id: nextId(), conversation, text: TEXT })))
    stored += group
  }
  return { perSecond: (stored / (performance.now() - started)) * 1_000 }
}

let waiting = []
let isRunning = false
async function run() {
  isRunning = true
  while (waiting.length > 0) {
    const group = waiting
    waiting = []
    const rows = await insert(group.map(({ message }) => message))
    group.forEach(({ message, ack }, index) => ack({ ok: true, id: message.id, n: Number(rows[index].n) }))
  }
  isRunning = false
}

const http = createServer()
const io = new Server(http, { serveClient: false, transports: ['websocket'] })
io.on('connection', (socket) => {
  socket.on('message', (message, ack) => {
    waiting.push({ message, ack })
    if (!isRunning && waiting.length === 1) setImmediate(run)
  })
})

answer({
  listen: () =>
    new Promise((resolve) => {
      http.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${http.address().port}` }))
    }),
  usage: () => ({ cpu: process.cpuUsage() }),
  inserts: (size) =>
    loop(size, async (messages) => {
      await client.query('begin')
      for (const message of messages) await insertOne(message)
      await client.query('commit')
    }),
  rows: (size) => loop(size, insert),
})
