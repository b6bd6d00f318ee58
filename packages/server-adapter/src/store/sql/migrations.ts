// The schema, step by step. A step never changes once released; a new one is added at the end. Written through Kysely's
// schema builder, with the few types databases name differently as arguments, so that the same steps serve Postgres.
//
// The shape follows what commits cost: dirty pages, not statements. Rows that grow are appended at the right edge
// (integer keys, UUIDv7 first in their index) and carry a small integer for their stream; the projection is the
// stream's own row; only what lists need is indexed.

import {
  CompiledQuery,
  sql,
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Compilable,
  type RawBuilder,
  type SchemaModule,
  type SqlBool,
} from 'kysely'
import { MOVED_BUCKET_MS } from './columns.ts'

/** What differs between databases. */
export interface SchemaTypes {
  readonly bytes: ColumnDataType
  readonly key: ColumnDataType
  /** Makes a key column number itself. */
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  /** The same for events, which are as many as all else together. */
  readonly numberedEvent: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  /** Whether a stream is read by walking from an anchor rather than by an index of every event. */
  readonly chainsEvents: boolean
  /** Whether several processes number events, each within blocks that a sequence hands out. */
  readonly reservesEventKeys: boolean
  /**
   * Whether of two indexes that have the order, the one with more equal columns is taken. SQLite: a partial index repeats
   * the column that it fixes. Postgres leaves out the condition on it, and would read past the whole index for want of it.
   */
  readonly prefersLongerKeys: boolean
  /**
   * Whether it is the change of a value that costs an index entry, and not the change of a row. Then a column follows
   * another by itself, whoever writes; else it is written where it has changed.
   */
  readonly comparesValues: boolean
}

export interface Migration {
  readonly name: string
  readonly up: (schema: SchemaModule, types: SchemaTypes) => readonly Compilable[]
}

/** Events from which a stream is read backwards. */
export const isAnchor = (seq: 'seq' | 'event.seq'): RawBuilder<SqlBool> => sql<SqlBool>`${sql.ref(seq)} % 32 = 0`

const raw = (text: string): Compilable => ({ compile: () => CompiledQuery.raw(text) })
const BUCKET = `moved_at / ${MOVED_BUCKET_MS}`
const required = (column: ColumnDefinitionBuilder) => column.notNull()

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-log-and-directory',
    up: (schema, types) => {
      const { key, numbered } = types
      return [
        schema
          .createTable('workspace')
          .addColumn('key', key, numbered)
          .addColumn('id', 'text', (column) => column.notNull().unique())
          .addColumn('created_at', 'bigint', required),
        schema
          .createTable('site')
          .addColumn('id', 'text', (column) => column.notNull().primaryKey())
          .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
          .addColumn('name', 'text', required)
          .addColumn('origins_json', 'text', required)
          .addColumn('site_key', 'text', required)
          .addColumn('secret', 'text', required)
          .addColumn('config_json', 'text', required)
          .addColumn('created_at', 'bigint', required),
        schema
          .createTable('agent')
          .addColumn('id', 'text', (column) => column.notNull().primaryKey())
          .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
          .addColumn('email', 'text', required)
          .addColumn('email_key', 'text', (column) => column.notNull().unique())
          .addColumn('name', 'text', required)
          .addColumn('role', 'text', required)
          .addColumn('sight', 'text', required)
          .addColumn('teams_json', 'text', required)
          .addColumn('password_hash', 'text', required)
          .addColumn('active', 'integer', required)
          .addColumn('created_at', 'bigint', required),
        schema
          .createTable('session')
          .addColumn('token_hash', 'text', (column) => column.notNull().primaryKey())
          .addColumn('agent', 'text', (column) => column.notNull().references('agent.id').onDelete('cascade'))
          .addColumn('created_at', 'bigint', required)
          .addColumn('used_at', 'bigint', required),
        schema.createIndex('session_agent').on('session').column('agent'),
        schema
          .createTable('contact')
          .addColumn('id', 'text', (column) => column.notNull().primaryKey())
          .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
          .addColumn('name', 'text', required)
          .addColumn('email', 'text')
          .addColumn('created_at', 'bigint', required),
        schema
          .createTable('identity')
          .addColumn('id', 'text', (column) => column.notNull().primaryKey())
          .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
          .addColumn('contact', 'text', (column) => column.notNull().references('contact.id'))
          .addColumn('channel', 'text', required)
          .addColumn('kind', 'text', required)
          .addColumn('lookup_key', 'text')
          .addColumn('created_at', 'bigint', required)
          .addColumn('used_at', 'bigint', required),
        schema
          .createIndex('identity_key')
          .unique()
          .on('identity')
          .columns(['lookup_key', 'kind', 'channel', 'workspace'])
          .where('lookup_key', 'is not', null),
        schema.createIndex('identity_contact').on('identity').column('contact'),
        ...logTables(schema, types),
      ]
    },
  },
  {
    name: '0002-files',
    up: (schema, { bytes, key }) => [
      schema
        .createTable('file')
        .addColumn('id', 'text', (column) => column.notNull().primaryKey())
        .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
        .addColumn('by_kind', 'integer', required)
        .addColumn('by', bytes, required)
        .addColumn('name', 'text', required)
        .addColumn('type', 'text')
        .addColumn('size', 'bigint', required)
        .addColumn('width', 'integer')
        .addColumn('height', 'integer')
        .addColumn('secret', 'text', required)
        .addColumn('created_at', 'bigint', required)
        .addColumn('stream', key, (column) => column.references('stream.key'))
        .addColumn('event', key),
      schema.createIndex('file_stream').on('file').column('stream').where(sql.ref('stream'), 'is not', null),
      schema.createIndex('file_by').on('file').columns(['by', 'created_at']),
      schema.createIndex('file_unused').on('file').column('created_at').where(sql.ref('stream'), 'is', null),
    ],
  },
  {
    name: '0003-identity-keys',
    up: (schema) => [
      schema.alterTable('site').addColumn('identity_keys_json', 'text'),
      schema.alterTable('identity').addColumn('retired_at', 'bigint'),
      schema.alterTable('identity').addColumn('claimed_by', 'text'),
      schema
        .createIndex('identity_claimed')
        .on('identity')
        .column('claimed_by')
        .where(sql.ref('claimed_by'), 'is not', null),
    ],
  },
  {
    name: '0004-parked-at',
    up: (schema) => [schema.alterTable('job').addColumn('parked_at', 'bigint')],
  },
  {
    name: '0005-two-step',
    up: (schema) => [
      schema
        .createTable('two_step')
        .addColumn('agent', 'text', (column) =>
          column.notNull().primaryKey().references('agent.id').onDelete('cascade'),
        )
        .addColumn('secret', 'text', required)
        .addColumn('last_step', 'integer')
        .addColumn('created_at', 'bigint', required),
      schema
        .createTable('recovery_code')
        .addColumn('agent', 'text', (column) => column.notNull().references('agent.id').onDelete('cascade'))
        .addColumn('hash', 'text', required)
        .addPrimaryKeyConstraint('recovery_code_key', ['agent', 'hash']),
    ],
  },
  {
    // Most conversations are closed, nearly all of them somebody's: "mine" and "unassigned" of these find few among many.
    // Nothing is added to a message: the first one opens the conversation, and it leaves this index.
    name: '0006-closed-lists',
    up: (schema, { prefersLongerKeys }) => [
      schema
        .createIndex('stream_closed')
        .on('stream')
        .columns(['workspace', ...(prefersLongerKeys ? ['status' as const] : []), 'assignee', 'moved_at', 'id'])
        .where(sql.ref('status'), '=', sql.lit('closed')),
    ],
  },
  {
    // Whoever appends takes the keys of its events from a block of its own.
    name: '0007-blocks-of-event-keys',
    up: (_schema, { reservesEventKeys }) =>
      reservesEventKeys ? [raw('alter sequence event_key_seq increment by 1024')] : [],
  },
  {
    name: '0008-cells',
    up: (schema) => [
      schema
        .createTable('cell')
        .addColumn('scope', 'text', required)
        .addColumn('key', 'text', required)
        .addColumn('value', 'text', required)
        .addColumn('written_at', 'bigint', required)
        .addPrimaryKeyConstraint('cell_key', ['scope', 'key']),
      schema.createIndex('cell_age').on('cell').columns(['scope', 'written_at']),
    ],
  },
  {
    // The lists were in the order of two indexes that changed with every message. They are in the order of buckets now,
    // and a page sorts what is in the same one: a busy conversation changes an index once a minute.
    name: '0009-lists-by-buckets',
    up: (schema, { prefersLongerKeys, comparesValues }) => [
      schema.dropIndex('stream_moved'),
      schema.dropIndex('stream_closed'),
      ...(comparesValues
        ? [
            // A row that has room in its page needs no new index entries.
            raw('alter table stream set (fillfactor = 75)'),
            // Nodes of the version before go on writing until they are replaced.
            raw(`alter table stream add moved_bucket integer generated always as (${BUCKET}) stored`),
          ]
        : [
            schema.alterTable('stream').addColumn('moved_bucket', 'integer'),
            raw(`update stream set moved_bucket = ${BUCKET} where moved_at is not null`),
          ]),
      schema
        .createIndex('stream_moved')
        .on('stream')
        .columns(['workspace', 'status', 'moved_bucket', 'assignee'])
        .where(sql.ref('status'), 'is not', null),
      schema
        .createIndex('stream_closed')
        .on('stream')
        .columns(['workspace', ...(prefersLongerKeys ? ['status' as const] : []), 'assignee', 'moved_bucket'])
        .where(sql.ref('status'), '=', sql.lit('closed')),
    ],
  },
]

function logTables(schema: SchemaModule, types: SchemaTypes): readonly Compilable[] {
  const { bytes, key, numbered, numberedEvent, chainsEvents } = types
  const eventOrder = schema.createIndex('event_anchor').unique().on('event').columns(['stream', 'seq'])
  return [
    schema
      .createTable('stream')
      .addColumn('key', key, numbered)
      .addColumn('workspace', key, (column) => column.notNull().references('workspace.key'))
      .addColumn('id', bytes, required)
      .addColumn('kind', 'text', required)
      .addColumn('seq', 'integer', required)
      .addColumn('moving_json', 'text', required)
      .addColumn('moved_at', 'bigint')
      .addColumn('last_event', key)
      .addColumn('last_message', key)
      .addColumn('channel', 'text')
      .addColumn('status', 'text')
      .addColumn('team', bytes)
      .addColumn('assignee', bytes)
      .addColumn('opened_at', 'bigint'),
    schema.createIndex('stream_id').unique().on('stream').columns(['id', 'workspace']),
    // The order of lists, until 0009: the one index that changes with every message. With the assignee in it, "unassigned"
    // filters without touching rows; "mine" has few enough to sort.
    schema
      .createIndex('stream_moved')
      .on('stream')
      .columns(['workspace', 'status', 'moved_at', 'id', 'assignee'])
      .where(sql.ref('status'), 'is not', null),
    schema
      .createIndex('stream_assigned')
      .on('stream')
      .columns(['workspace', 'assignee', 'status'])
      .where('assignee', 'is not', null),
    schema
      .createTable('stream_state')
      .addColumn('stream', key, (column) => column.notNull().primaryKey().references('stream.key'))
      .addColumn('state_json', 'text', required),
    schema
      .createTable('stream_participant')
      .addColumn('stream', key, (column) => column.notNull().references('stream.key'))
      .addColumn('agent', bytes, required)
      .addPrimaryKeyConstraint('stream_participant_key', ['stream', 'agent']),
    schema
      .createTable('stream_identity')
      .addColumn('stream', key, (column) => column.notNull().references('stream.key'))
      .addColumn('identity', bytes, required)
      .addPrimaryKeyConstraint('stream_identity_key', ['identity', 'stream']),
    schema.createIndex('stream_identity_stream').on('stream_identity').column('stream'),
    schema
      .createTable('event')
      .addColumn('key', key, numberedEvent)
      .addColumn('stream', key, required)
      .addColumn('previous', key)
      .addColumn('seq', 'integer', required)
      .addColumn('public_seq', 'integer')
      .addColumn('workspace', key, required)
      .addColumn('command', bytes, required)
      .addColumn('digest', 'bigint')
      .addColumn('last_seq', 'integer')
      .addColumn('last_public_seq', 'integer')
      .addColumn('kind', 'text', required)
      .addColumn('actor_kind', 'integer', required)
      .addColumn('actor', bytes, required)
      .addColumn('at', 'bigint', required)
      .addColumn('direction', 'integer')
      .addColumn('target', key)
      .addColumn('rest_json', 'text'),
    // Under SQLite an index of every event by (stream, seq) would dirty a page for each busy conversation in each commit,
    // a fifth of the cost of a message: every 32nd is enough to walk from.
    chainsEvents ? eventOrder.where(isAnchor('seq')) : eventOrder,
    // Only the first event of a command stands here: it makes the id unique for ever and remembers its outcome.
    schema
      .createIndex('event_command')
      .unique()
      .on('event')
      .columns(['command', 'workspace'])
      .where(sql.ref('digest'), 'is not', null),
    schema
      .createTable('content')
      .addColumn('event', key, (column) => column.notNull().primaryKey())
      .addColumn('body_json', 'text')
      .addColumn('edited_at', 'bigint')
      .addColumn('retracted', 'integer'),
    schema
      .createTable('mark')
      .addColumn('stream', key, (column) => column.notNull().references('stream.key'))
      .addColumn('reader_kind', 'integer', required)
      .addColumn('reader', bytes, required)
      .addColumn('seq', 'integer', required)
      .addColumn('public_seq', 'integer', required)
      .addColumn('counted', 'integer', required)
      .addPrimaryKeyConstraint('mark_key', ['stream', 'reader_kind', 'reader']),
    schema
      .createTable('job')
      .addColumn('stream', key, (column) => column.notNull().references('stream.key'))
      .addColumn('reader', 'text', required)
      .addColumn('cursor', 'integer', required)
      .addColumn('next_at', 'bigint')
      .addColumn('woken_at', 'bigint')
      .addColumn('lease', 'text')
      .addColumn('failures', 'integer', required)
      .addColumn('error', 'text')
      .addColumn('parked', 'integer', required)
      .addPrimaryKeyConstraint('job_key', ['stream', 'reader']),
    schema.createIndex('job_next').on('job').columns(['reader', 'next_at']).where('next_at', 'is not', null),
  ]
}
