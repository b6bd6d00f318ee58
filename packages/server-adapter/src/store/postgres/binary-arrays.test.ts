import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensurePostgres, type Service } from '../../../../../tools/services.mjs'
import { byteaArray, int4Array, int8Array, textArray } from './binary-arrays.ts'

/** More than there is room for at first, in characters of one to four bytes. */
const LONG = [null, 'a'.repeat(50_000), '日'.repeat(50_000), '👋'.repeat(50_000), 'end']

describe('arrays in binary form', () => {
  let postgres: Service
  let client: pg.Client
  beforeAll(async () => {
    postgres = await ensurePostgres()
    client = new pg.Client({ connectionString: postgres.url })
    await client.connect()
  }, 60_000)
  afterAll(async () => {
    await client.end()
    await postgres.stop()
  })

  const same = <Value>(value: Value): Value => value
  const asText = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('hex') : value)

  it.each([
    ['int4', int4Array([0, 1, null, -1, 2 ** 31 - 1, -(2 ** 31)], same), [0, 1, null, -1, 2 ** 31 - 1, -(2 ** 31)]],
    // pg hands these out as text: they may be larger than a number holds.
    [
      'int8',
      int8Array([0, null, 1_764_297_000_123, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], same),
      ['0', null, '1764297000123', '-1', '9007199254740991', '-9007199254740991'],
    ],
    [
      'text',
      textArray(['', null, 'a "quoted" \\ {one}, NULL', 'été 👋 日本'], same),
      ['', null, 'a "quoted" \\ {one}, NULL', 'été 👋 日本'],
    ],
    ['bytea', byteaArray([Buffer.from([0, 255, 10]), null, Buffer.alloc(0)], same), ['00ff0a', null, '']],
    ['int4', int4Array([], same), []],
    ['text', textArray([null], same), [null]],
    ['text', textArray(LONG, same), LONG],
    ['text', textArray(['after'], same), ['after']],
  ])('[ST1] of %s arrive as they were, with nulls, however many', async (type, array, values) => {
    const { rows } = await client.query<{ value: unknown }>(
      `select value from unnest($1::${type}[]) with ordinality as one (value, n) order by n`,
      [array],
    )
    expect(rows.map(({ value }) => asText(value))).toEqual(values)
  })
})
