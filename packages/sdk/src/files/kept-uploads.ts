// Files that wait to be uploaded, on the device: in the same database as the outbox, so that a logout takes them along.
// Where there is no database they last as long as the page.

import type { OutgoingMail } from '../thread.ts'
import type { PendopoError } from '../pendopo-error.ts'
import type { Storage } from '../outbox/storage.ts'
import { HAS_UPLOADS } from './has-uploads.ts'

export interface KeptUpload {
  readonly id: string
  readonly conversation: string
  readonly text: string
  readonly replyTo: string | null
  /** It goes by e-mail. */
  readonly mail?: OutgoingMail
  readonly at: number
  readonly files: readonly KeptFile[]
  /** Why the server will not have it, whoever asks again: it waits for the person. */
  readonly failure?: Pick<PendopoError, 'code' | 'message'>
}

export interface KeptFile {
  readonly name: string
  readonly blob: Blob
  readonly width?: number
  readonly height?: number
}

export interface KeptUploads {
  all(): Promise<readonly KeptUpload[]>
  has(id: string): Promise<boolean>
  put(upload: KeptUpload): Promise<void>
  remove(id: string): Promise<void>
}

const VALUES = 'values'
const keyOf = (id: string) => `upload:${id}`
const everyKey = () => IDBKeyRange.bound('upload:', 'upload;')

export function createKeptUploads(storage: () => Promise<Storage>): KeptUploads {
  const memory = new Map<string, KeptUpload>()

  const run = async <T>(mode: IDBTransactionMode, absent: T, work: (values: IDBObjectStore) => () => T): Promise<T> => {
    const device = await storage()
    return device.run?.(mode, absent, (transaction) => work(transaction.objectStore(VALUES))) ?? absent
  }

  return {
    all: () =>
      run<readonly KeptUpload[]>('readonly', [], (values) => {
        const request: IDBRequest<KeptUpload[]> = values.getAll(everyKey())
        return () => request.result
      }),
    async has(id) {
      const isKept = await run('readonly', false, (values) => {
        const request = values.count(keyOf(id))
        return () => request.result > 0
      })
      return isKept || memory.has(id)
    },
    async put(upload) {
      memory.set(upload.id, upload)
      await run('readwrite', undefined, (values) => {
        values.put(upload, keyOf(upload.id))
        values.put('yes', HAS_UPLOADS)
        return () => memory.delete(upload.id) && undefined
      })
    },
    async remove(id) {
      memory.delete(id)
      await run('readwrite', undefined, (values) => {
        values.delete(keyOf(id))
        const left = values.count(everyKey())
        left.onsuccess = () => left.result === 0 && values.delete(HAS_UPLOADS)
        return () => undefined
      })
    },
  }
}
