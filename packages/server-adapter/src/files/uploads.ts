// From a body to a file that a message may name. The order is from cheap to dear: name, limits, room, then the bytes.
// Knows nothing of HTTP, nor of how somebody has proven who they are.

import { randomBytes } from 'node:crypto'
import type { Attachment } from '@pendopo/protocol'
import { takeOne } from '../auth/take-one.ts'
import type { Limiters } from '../cluster/limiters.ts'
import type { ServerLimits } from '../options.ts'
import { RequestError } from '../request-error.ts'
import { StoreError } from '../store/store-error.ts'
import type { FileOwner, FileStore } from '../store/store.ts'
import { toFileName } from './file-name.ts'
import type { FileStorage } from './file-storage.ts'
import { inspect, tooLarge } from './inspect.ts'

const HOUR_S = 3_600
const DAY_MS = 86_400_000

/** By then one of the uploads under way is likely to be done. */
const BUSY_RETRY_MS = 2_000

/** The day slides: an hour later there may be room again. */
const DAY_FULL_RETRY_MS = 3_600_000

export interface Uploader {
  readonly workspace: string
  readonly by: FileOwner
  /** Where a visitor's request comes from: visitors are counted by address too, since a new one costs nothing. */
  readonly address?: string
}

export interface Uploads {
  /**
   * Checks and keeps a file. `length` is what the request says it will send, where it does. Rejects with a RequestError;
   * nothing of a refused file stays or counts.
   */
  take(
    uploader: Uploader,
    name: string,
    length: number | undefined,
    body: AsyncIterable<Uint8Array>,
  ): Promise<Attachment>
}

interface Needs {
  readonly files: FileStore
  readonly storage: FileStorage
  readonly limits: ServerLimits
  readonly limiters: Pick<Limiters, 'open'>
}

export function createUploads({ files, storage, limits, limiters }: Needs): Uploads {
  const byPerson = limiters.open('uploads-person', { points: limits.uploadsPerHour, duration: HOUR_S })
  const byAddress = limiters.open('uploads-address', { points: limits.uploadsPerHourPerAddress, duration: HOUR_S })
  const underWay = new Map<string, number>()
  let total = 0

  function begin(person: string): () => void {
    if (total >= limits.uploadsAtOncePerProcess)
      throw new RequestError('overloaded', 'too many uploads at once', BUSY_RETRY_MS)
    const own = underWay.get(person) ?? 0
    if (own >= limits.uploadsAtOnce)
      throw new RequestError('rate_limited', `at most ${limits.uploadsAtOnce} uploads at once`, BUSY_RETRY_MS)
    underWay.set(person, own + 1)
    total += 1
    return () => {
      total -= 1
      const left = (underWay.get(person) ?? 1) - 1
      if (left === 0) underWay.delete(person)
      else underWay.set(person, left)
    }
  }

  /** Makes room in the owner's day; undone where there is none. */
  async function reserve({ workspace, by }: Uploader, id: string, name: string, size: number): Promise<void> {
    const secret = randomBytes(16).toString('base64url')
    const sum = await files.reserve({ workspace, id, by, name, size, secret }, DAY_MS)
    if (by.kind === 'agent' || sum <= limits.fileBytesPerDay) return
    await files.remove([id])
    throw new RequestError('rate_limited', `at most ${limits.fileBytesPerDay} bytes of files a day`, DAY_FULL_RETRY_MS)
  }

  return {
    async take(uploader, typed, length = limits.fileBytes, body) {
      const { name, extension } = toFileName(typed)
      if (length > limits.fileBytes) throw tooLarge(limits.fileBytes)
      const { workspace, by, address } = uploader
      const person = `${by.kind}:${by.id}`
      const end = begin(person)
      try {
        await takeOne(byPerson, person, 'too many uploads; wait')
        if (address !== undefined) await takeOne(byAddress, address, 'too many uploads; wait')
        const id = randomBytes(16).toString('hex')
        await reserve(uploader, id, name, length)
        try {
          const { bytes, findings } = inspect(extension, body, limits)
          await storage.put(id, bytes)
          const attachment: Attachment = { id, name, ...findings() }
          await files.complete(workspace, attachment)
          return attachment
        } catch (error) {
          // Bytes first: what fails here is left over, and found by the sweep.
          await storage.delete([id])
          await files.remove([id])
          throw toRefusal(error)
        }
      } finally {
        end()
      }
    },
  }
}

/** A disk that is full or broken is like a database that is: nothing is stored, try again. */
function toRefusal(error: unknown): unknown {
  if (error instanceof RequestError || error instanceof StoreError) return error
  return new StoreError('unavailable', 'unable to keep a file', { cause: error })
}
