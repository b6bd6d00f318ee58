// The schema, step by step. A step never changes once released; a new one is added at the end. Written through Kysely's
// schema builder, with the few types databases name differently as arguments, so that the same steps serve Postgres.
//
// The shape follows what commits cost: dirty pages, not statements. Rows that grow are appended at the right edge
// (integer keys, UUIDv7 first in their index) and carry a small integer for their stream; the projection is the
// stream's own row; only what lists need is indexed.

import {
  sql,
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type Compilable,
  type RawBuilder,
  type SchemaModule,
  type SqlBool,
} from 'kysely'

/** What differs between databases. */
export interface SchemaTypes {
  readonly bytes: ColumnDataType
  readonly key: ColumnDataType
  /** Makes a key column number itself. */
  readonly numbered: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
}

export interface Migration {
  readonly name: string
  readonly up: (schema: SchemaModule, types: SchemaTypes) => readonly Compilable[]
}

/** Events from which a stream is read backwards. */
export const isAnchor = (seq: 'seq' | 'event.seq'): RawBuilder<SqlBool> => sql<SqlBool>`${sql.ref(seq)} % 32 = 0`

const required = (column: ColumnDefinitionBuilder) => column.notNull()

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-log-and-directory',
    up: (schema, { bytes, key, numbered }) => [
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
      ...logTables(schema, { bytes, key, numbered }),
    ],
  },
]

function logTables(schema: SchemaModule, { bytes, key, numbered }: SchemaTypes): readonly Compilable[] {
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
    // The order of lists: the one index that changes with every message. With the assignee in it, "unassigned" filters
    // without touching rows; "mine" has few enough to sort.
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
      .addColumn('key', key, numbered)
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
    // An index of every event by (stream, seq) would dirty a page for each busy conversation in each commit, a fifth of
    // the cost of a message: every 32nd is enough to walk from.
    schema.createIndex('event_anchor').unique().on('event').columns(['stream', 'seq']).where(isAnchor('seq')),
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
