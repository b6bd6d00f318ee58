import { expect, it } from 'vitest'
import { isUuid, uuidv7 } from './uuid.ts'

const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes)

it('[PR10] ids are UUIDv7: lower case, version 7, and later ones sort after earlier ones', () => {
  const first = uuidv7(1_700_000_000_000, random)
  const later = uuidv7(1_700_000_000_001, random)
  expect(first).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(first < later).toBe(true)
})

it('[PR10] no two are alike', () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => uuidv7(0, random)))
  expect(ids.size).toBe(1_000)
})

it('[PR10] anything else is not an id', () => {
  for (const value of ['', 'x', 7, null, uuidv7(0, random).toUpperCase(), `${uuidv7(0, random)} `])
    expect(isUuid(value)).toBe(false)
})
