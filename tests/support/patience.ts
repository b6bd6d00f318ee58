// A wait in a test ends with its condition; how long it may take at most is only there to end a test that fails. The second
// that vitest allows is less than a busy machine takes for things that go right.

import { vi } from 'vitest'

const PATIENCE_MS = 10_000

const patient = (options: Parameters<typeof vi.waitFor>[1] = {}) => ({
  timeout: PATIENCE_MS,
  ...(typeof options === 'number' ? { timeout: options } : options),
})

const { waitFor, waitUntil } = vi
vi.waitFor = (callback, options) => waitFor(callback, patient(options))
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options))
