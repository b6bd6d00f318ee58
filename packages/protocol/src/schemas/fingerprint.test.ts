// The protocol's shape as one hash. When this test fails, a schema has changed: decide whether old peers still
// understand. If they do, record the new fingerprint; if not, raise PROTOCOL_VERSION too and write what changed in
// docs/protocol.md.

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { ERROR_CODES } from '../errors.ts'
import { EVENT_KINDS } from '../event-kinds.ts'
import { PROTOCOL_VERSION } from '../version.ts'
import * as schemas from './index.ts'

const RECORDED = { version: 1, fingerprint: '7035db3e63edf1e8' }

/** A schema as plain data: types, keys, literals and bounds, without functions. */
function shape(value: unknown): unknown {
  if (value instanceof RegExp) return String(value)
  if (typeof value === 'function') return undefined
  if (Array.isArray(value)) return value.map(shape)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(
    ([key]) => !key.startsWith('~') && key !== 'reference' && key !== 'message',
  )
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, shape(inner)]).sort(([a], [b]) => String(a).localeCompare(String(b))),
  )
}

it('[PR4] the wire has the recorded shape', () => {
  const text = JSON.stringify([shape({ ...schemas }), ERROR_CODES, EVENT_KINDS])
  const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16)
  expect({ version: PROTOCOL_VERSION, fingerprint }).toEqual(RECORDED)
})
