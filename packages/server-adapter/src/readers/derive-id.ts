import { createHash } from 'node:crypto'
import { uuidv7 } from '@pendopo/protocol'

/**
 * The id of a command that follows from an event: the same for the same parts, on every node and after every crash, so
 * that the log takes it once. `at` is the event's time.
 */
export function deriveId(at: number, ...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest()
  return uuidv7(at, (bytes) => {
    bytes.set(hash.subarray(0, bytes.length))
    return bytes
  })
}
