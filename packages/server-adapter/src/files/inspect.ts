// What a file is, by its content, while it streams past: at most half a megabyte of it is held. It knows nothing of names
// beyond the extension, nor of where the bytes come from or go.

import { FILE_TYPES } from '@pendopo/protocol'
import { fileTypeFromBuffer } from 'file-type'
import { disableTypes, imageSize, types } from 'image-size'
import { RequestError } from '../request-error.ts'

/** Enough to find the size of a photograph behind its metadata, and a document's parts in its archive. */
const HEAD_BYTES = 524_288

const IMAGES = ['jpg', 'png', 'gif', 'webp'] as const

/** Of the readers of sizes only those run for which there is a file. */
disableTypes(types.filter((type) => !IMAGES.some((image) => image === type)))

/** What the library calls the content of each extension whose content it tells by magic bytes. */
const MAGIC: Readonly<Record<string, readonly string[]>> = {
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  png: ['image/png', 'image/apng'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  pdf: ['application/pdf'],
  mp4: ['video/mp4', 'video/x-m4v', 'video/quicktime'],
  mp3: ['audio/mpeg'],
}

/** A folder that is in each such archive. */
const ARCHIVED: Readonly<Record<string, string>> = { docx: 'word/', xlsx: 'xl/' }

export interface Findings {
  readonly type: string
  readonly size: number
  readonly width?: number
  readonly height?: number
}

export interface Inspection {
  /** The same bytes; at their end throws `unsupported_type` or `too_large` unless the content is as the extension says. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** After the end. */
  findings(): Findings
}

export function inspect(
  extension: string,
  source: AsyncIterable<Uint8Array>,
  limits: { readonly fileBytes: number; readonly imagePixels: number },
): Inspection {
  const isText = extension === 'txt' || extension === 'csv'
  const checkText = isText ? createTextCheck() : undefined
  let findings: Findings | undefined

  async function* bytes(): AsyncGenerator<Uint8Array> {
    const head: Uint8Array[] = []
    let held = 0
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > limits.fileBytes) throw tooLarge(limits.fileBytes)
      checkText?.(chunk, false)
      if (!isText && held < HEAD_BYTES) {
        head.push(chunk.subarray(0, HEAD_BYTES - held))
        held += chunk.length
      }
      yield chunk
    }
    if (size === 0) throw new RequestError('invalid', 'the file is empty')
    checkText?.(new Uint8Array(), true)
    const facts = isText ? {} : await recognise(extension, Buffer.concat(head), limits.imagePixels)
    findings = { type: FILE_TYPES[extension] ?? 'application/octet-stream', size, ...facts }
  }

  return {
    bytes: bytes(),
    findings() {
      if (findings === undefined) throw new TypeError('unable to tell what a file is; its end has not come')
      return findings
    },
  }
}

export const tooLarge = (most: number): RequestError =>
  new RequestError('too_large', `the file is larger than ${most} bytes`)

const mismatch = (extension: string): RequestError =>
  new RequestError('unsupported_type', `the content is not what .${extension} says`)

async function recognise(extension: string, head: Buffer, mostPixels: number): Promise<Partial<Findings>> {
  const expected = MAGIC[extension]
  if (expected === undefined) {
    if (!isArchive(extension, head)) throw mismatch(extension)
    return {}
  }
  const found = await fileTypeFromBuffer(head).catch(() => undefined)
  if (found === undefined || !expected.includes(found.mime)) throw mismatch(extension)
  return IMAGES.some((image) => found.mime.startsWith('image/') && (image === extension || extension === 'jpeg'))
    ? measure(extension, head, mostPixels)
    : {}
}

/** A zip begins with a local header, or with the end of its directory where it is empty. */
function isArchive(extension: string, head: Buffer): boolean {
  const magic = head.subarray(0, 4).toString('latin1')
  if (extension === 'zip' && magic === 'PK\x05\x06') return true
  const folder = ARCHIVED[extension]
  return magic === 'PK\x03\x04' && (folder === undefined || head.includes(folder))
}

function measure(extension: string, head: Buffer, mostPixels: number): Pick<Findings, 'width' | 'height'> {
  let size: { width: number; height: number; orientation?: number }
  try {
    size = imageSize(head)
  } catch {
    throw mismatch(extension)
  }
  const { width, height, orientation = 1 } = size
  if (!(width > 0 && height > 0)) throw mismatch(extension)
  if (width * height > mostPixels)
    throw new RequestError('too_large', `the image has ${width} × ${height} pixels; at most ${mostPixels} in all`)
  // From 5 on the camera was held upright, and browsers show the picture turned.
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}

/** Text is UTF-8 without control characters other than those of lines and tabs. */
function createTextCheck(): (chunk: Uint8Array, isLast: boolean) => void {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  // oxlint-disable-next-line no-control-regex
  const control = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/
  return (chunk, isLast) => {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: !isLast })
    } catch {
      throw new RequestError('unsupported_type', 'a text file is in UTF-8')
    }
    if (control.test(text)) throw new RequestError('unsupported_type', 'a text file has no control characters')
  }
}
