// One file over HTTP. XMLHttpRequest in browsers, the only one there that tells how far an upload is; `fetch` elsewhere.

import type { Attachment } from '@pendopo/protocol'
import type { Environment } from '../environment.ts'
import { PendopoError, toPendopoError } from '../pendopo-error.ts'

export interface SendFile {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob
  readonly onProgress: (fraction: number) => void
  readonly signal: AbortSignal
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Resolves with the file as the server found it to be; rejects with a PendopoError, `unavailable` for the network. */
export async function sendFile(request: SendFile, { fetch }: Pick<Environment, 'fetch'>): Promise<Attachment> {
  const answer = typeof XMLHttpRequest === 'undefined' ? await byFetch(request, fetch) : await byXhr(request)
  const body: unknown = parse(answer.text)
  const file = answer.status === 201 && isRecord(body) ? toAttachment(body.file) : null
  if (file !== null) return file
  const error = isRecord(body) && isRecord(body.error) ? body.error : {}
  throw toPendopoError(
    {
      code: typeof error.code === 'string' ? error.code : 'unavailable',
      message: typeof error.message === 'string' ? error.message : `the answer has status ${answer.status}`,
      retryAfter: typeof error.retryAfter === 'number' ? error.retryAfter : undefined,
    },
    'send a file',
  )
}

const unreachable = (cause?: unknown) =>
  new PendopoError('unavailable', 'unable to send a file; the server could not be reached', { cause })

function byXhr({ url, headers, body, onProgress, signal }: SendFile): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // It may have been withdrawn while its address was asked for.
    if (signal.aborted) return reject(unreachable())
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    request.open('POST', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total)
    request.onload = () => resolve({ status: request.status, text: request.responseText })
    request.onerror = request.onabort = () => reject(unreachable())
    request.onloadend = () => signal.removeEventListener('abort', abort)
    signal.addEventListener('abort', abort)
    request.send(body)
  })
}

async function byFetch({ url, headers, body, onProgress, signal }: SendFile, fetch: Environment['fetch']) {
  try {
    const response = await fetch(url, { method: 'POST', headers: { ...headers }, body, signal })
    onProgress(1)
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    throw unreachable(cause)
  }
}

/** The server's answer is the border: a proxy between may have answered in its place. */
function toAttachment(value: unknown): Attachment | null {
  if (!isRecord(value)) return null
  const { id, name, type, size, width, height } = value
  if (typeof id !== 'string' || typeof name !== 'string' || typeof type !== 'string' || typeof size !== 'number')
    return null
  const hasRoom = typeof width === 'number' && typeof height === 'number'
  return { id, name, type, size, ...(hasRoom && { width, height }) }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
