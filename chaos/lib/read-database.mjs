// Reads every conversation's log straight from the database, past the server and all its code.

import Database from 'better-sqlite3'
import pg from 'pg'

const EVENTS = `
  select stream.id as stream, event.seq as seq, event.public_seq as public, event.command as command, event.kind as kind,
    event.actor_kind as actor_kind, event.at as at, event.rest_json as rest, content.body_json as body
  from event join stream on stream.key = event.stream left join content on content.event = event.key
  where stream.kind = 'conversation'
  order by event.stream, event.seq, event.key`

const toUuid = (bytes) =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, (_, ...parts) => parts.slice(0, 5).join('-'))

/** The events of each conversation in their order: a map from its id. */
export async function readDatabase(database) {
  const rows = database.startsWith('file:') ? readSqlite(database.slice('file:'.length)) : await readPostgres(database)
  const logs = new Map()
  for (const { stream, seq, public: publicSeq, command, kind, actor_kind: actor, at, rest, body } of rows) {
    const id = toUuid(stream)
    const log = logs.get(id) ?? []
    logs.set(id, log)
    log.push({
      seq: Number(seq),
      publicSeq: publicSeq === null ? null : Number(publicSeq),
      id: toUuid(command),
      kind,
      side: ['visitor', 'agent', 'system'][Number(actor)],
      at: Number(at),
      data: rest === null ? {} : (JSON.parse(rest).data ?? {}),
      text: body === null ? null : (JSON.parse(body).text ?? null),
    })
  }
  return logs
}

/** The values of a scope of cells, in an SQLite database. */
export const readCells = (database, scope) =>
  readSqlite(database.slice('file:'.length), 'select value from cell where scope = ?', scope).map(({ value }) => value)

function readSqlite(file, query = EVENTS, ...values) {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return database.prepare(query).all(...values)
  } finally {
    database.close()
  }
}

async function readPostgres(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(EVENTS)).rows
  } finally {
    await client.end()
  }
}
