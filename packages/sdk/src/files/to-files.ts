// What is to be attached, as it is kept: with the name it is sent under, and the size of a picture. What the server would
// refuse is refused here.

import { FILE_LIMITS, FILE_TYPES } from '@pendopo/protocol'
import { PendopoError } from '../pendopo-error.ts'
import { faultOf, nameOf, type FileFault } from './check-files.ts'
import type { KeptFile } from './kept-uploads.ts'

/** Throws `invalid`, `too_large` or `unsupported_type` for what cannot be sent. */
export async function toFiles(given: Blob | readonly Blob[]): Promise<readonly KeptFile[]> {
  const blobs = given instanceof Blob ? [given] : [...given]
  const { filesPerMessage } = FILE_LIMITS
  if (blobs.length === 0) throw new PendopoError('invalid', 'unable to attach; pass a File, or several')
  if (blobs.length > filesPerMessage)
    throw new PendopoError('too_large', `unable to attach; a message has at most ${filesPerMessage} files`)
  for (const blob of blobs) {
    const fault = faultOf(blob)
    if (fault !== null) throw toError(fault, nameOf(blob))
  }
  return Promise.all(blobs.map(async (blob) => ({ name: nameOf(blob), blob, ...(await measure(blob)) })))
}

function toError(fault: FileFault, name: string): PendopoError {
  switch (fault) {
    case 'type': {
      const reason = `it is none of ${Object.keys(FILE_TYPES).join(', ')}`
      return new PendopoError('unsupported_type', `unable to attach ${name}; ${reason}`)
    }
    case 'empty':
      return new PendopoError('invalid', `unable to attach ${name}; it is empty`)
    case 'large':
      return new PendopoError('too_large', `unable to attach ${name}; it has more than ${FILE_LIMITS.fileBytes} bytes`)
  }
}

/** So that room can be reserved at once; where the runtime cannot tell, the server will. */
async function measure(blob: Blob): Promise<{ width?: number; height?: number }> {
  if (!blob.type.startsWith('image/') || typeof createImageBitmap === 'undefined') return {}
  try {
    const bitmap = await createImageBitmap(blob)
    const { width, height } = bitmap
    bitmap.close()
    return { width, height }
  } catch {
    return {}
  }
}
