// The other side of the ratio: a socket.io server that does nothing but make each message durable. One insert per
// message into a plain rowid table of a better-sqlite3 database (WAL, `synchronous=FULL`), everything that arrived in
// one turn of the event loop in one transaction (`setImmediate`), on the main thread, and the ack after the commit.

import { createServer } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Server } from 'socket.io'
import { answer } from './lib/children.mjs'

const database = new Database(join(process.env.BENCH_FOLDER, 'bare.db'))
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec(
  'CREATE TABLE message (id TEXT NOT NULL, conversation TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL)',
)
const insert = database.prepare('INSERT INTO message (id, conversation, text, at) VALUES (?, ?, ?, ?)')

let waiting = []
const flush = () => {
  const group = waiting
  waiting = []
  const rows = []
  database.exec('BEGIN IMMEDIATE')
  for (const { message } of group) {
    rows.push(insert.run(message.id, message.conversation, message.text, Date.now()).lastInsertRowid)
  }
  database.exec('COMMIT')
  group.forEach(({ message, ack }, index) => ack({ ok: true, id: message.id, n: rows[index] }))
}

const http = createServer()
const io = new Server(http, { serveClient: false, transports: ['websocket'] })
io.on('connection', (socket) => {
  socket.on('message', (message, ack) => {
    if (waiting.length === 0) setImmediate(flush)
    waiting.push({ message, ack })
  })
})

answer({
  listen: () =>
    new Promise((resolve) => {
      http.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${http.address().port}` }))
    }),
  usage: () => ({ cpu: process.cpuUsage() }),
  stored: () => database.prepare('SELECT count(*) AS n FROM message').get().n,
})
