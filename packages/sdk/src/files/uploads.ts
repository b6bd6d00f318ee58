// Messages with files on their way: kept on the device, shown at once, uploaded, then put into the outbox, where they take
// their place. One tab uploads a message; where it is gone another goes on. Loaded on demand.

import { uuidv7, type Attachment } from '@pendopo/protocol'
import type { WritableAtom } from 'nanostores'
import { inTime } from '../outbox/in-time.ts'
import { toOutgoingText } from '../outbox/outgoing-text.ts'
import { PendopoError } from '../pendopo-error.ts'
import type { AttachOptions, OutgoingMail, SentMessage, ThreadAttachment, ThreadMessage } from '../thread.ts'
import type { AttachmentsNeeds, Upload } from './attachments.ts'
import { createFileUrls } from './file-urls.ts'
import { createKeptUploads, type KeptFile, type KeptUpload } from './kept-uploads.ts'
import { sendFile } from './send-file.ts'
import { toFiles } from './to-files.ts'

/** A limit that ends later than this is told, not waited for. */
const WAIT_AT_MOST_MS = 60_000

/** First pause after a failure that passes; doubled up to the longest. A network that is back ends it. */
const PAUSE_BASE_MS = 1_000
const PAUSE_MAX_MS = 30_000

export interface Uploads {
  attach(
    conversation: string,
    files: Blob | readonly Blob[],
    options?: AttachOptions & { readonly mail?: OutgoingMail },
  ): Promise<SentMessage>
  url(conversation: string, file: string): Promise<string>
  resume(): Promise<void>
  close(): void
}

type Stored = Awaited<SentMessage['stored']>

export function createUploads(needs: AttachmentsNeeds, $uploads: WritableAtom<readonly Upload[]>): Uploads {
  const { connection, environment, server, name } = needs
  const { clock, random, fraction, leadership, log } = environment
  const kept = createKeptUploads(needs.storage)
  const running = new Set<() => void>()

  /** Shows a message and brings its files to the server; may be asked for a message that another tab is at. */
  function start(upload: KeptUpload, queued: Promise<void>, { onProgress, signal }: AttachOptions = {}): SentMessage {
    const { id, conversation, files } = upload
    const done: Attachment[] = []
    let settle: { resolve(stored: Stored): void; reject(error: unknown): void } | undefined
    let stored = newStored()
    let abort = new AbortController()
    let release = (): void => undefined

    function newStored(): Promise<Stored> {
      const promise = new Promise<Stored>((resolve, reject) => (settle = { resolve, reject }))
      promise.catch(() => undefined)
      return promise
    }

    const sent = (): SentMessage => ({ id, queued, stored })

    function show(status: ThreadMessage['status'], error: PendopoError | null, now = 0): void {
      const attachments = files.map((file, index) => toShown(file, done[index], index === done.length ? now : 0))
      const shown: Upload = {
        conversation,
        message: toMessage(upload, attachments, status, error),
        retry() {
          stored = newStored()
          begin()
          return sent()
        },
        async discard() {
          end()
          settle?.reject(new PendopoError('unavailable', 'unable to send; it was withdrawn'))
          await kept.remove(id)
        },
      }
      const all = $uploads.get()
      $uploads.set(
        all.some(({ message }) => message.id === id)
          ? all.map((other) => (other.message.id === id ? shown : other))
          : [...all, shown],
      )
      const bytes = files.map(({ blob }) => blob.size)
      const over = bytes.slice(0, done.length).reduce((sum, size) => sum + size, 0) + now * (bytes[done.length] ?? 0)
      onProgress?.(over / bytes.reduce((sum, size) => sum + size, 0))
    }

    /** Nothing of it goes on, and it is not shown any more. */
    function end(): void {
      stop()
      $uploads.set($uploads.get().filter(({ message }) => message.id !== id))
    }

    function stop(): void {
      abort.abort()
      release()
      running.delete(stop)
    }

    function begin(): void {
      abort = new AbortController()
      show('sending', null)
      running.add(stop)
      release = leadership.acquire(`${name}:upload:${id}`, () => void run(abort.signal))
    }

    async function run(during: AbortSignal): Promise<void> {
      await queued.catch(() => undefined)
      // Another tab may have brought it to its end while this one waited for the lock.
      if (!during.aborted && !(await kept.has(id).catch(() => true))) return end()
      for (let attempt = 0; !during.aborted; attempt++) {
        try {
          return await bring(during)
        } catch (error) {
          if (during.aborted) return
          const failure = error instanceof PendopoError ? error : toFault(error)
          log('upload.failed', { code: failure.code })
          if (!failure.retryable || (failure.retryAfter ?? 0) > WAIT_AT_MOST_MS) {
            release()
            settle?.reject(failure)
            show('failed', failure)
            // A limit that ends is asked again after a reload, a refusal for good is not.
            const { code, message } = failure
            return failure.retryable
              ? undefined
              : kept.put({ ...upload, failure: { code, message } }).catch(() => undefined)
          }
          const backOff = Math.min(PAUSE_BASE_MS * 2 ** attempt, PAUSE_MAX_MS) * (0.5 + fraction() / 2)
          await pause(Math.max(backOff, failure.retryAfter ?? 0), failure.retryAfter === null, during)
        }
      }
    }

    async function bring(during: AbortSignal): Promise<void> {
      for (const file of files.slice(done.length)) {
        show('sending', null)
        const { path, headers } = await needs.target()
        const url = `${server.replace(/\/+$/u, '')}/${path}?name=${encodeURIComponent(file.name)}`
        const onProgress = (part: number) => during.aborted || show('sending', null, part)
        done.push(await sendFile({ url, headers, body: file.blob, onProgress, signal: during }, environment))
      }
      if (during.aborted) return
      const { text, replyTo, mail, at: occurredAt } = upload
      const data = {
        ...(text !== '' && { text }),
        attachments: done.map((file) => ({ id: file.id })),
        ...(replyTo !== null && { replyTo }),
        ...(mail && { mail }),
      }
      const posted = needs.post(conversation, { id, kind: 'message.post', occurredAt, data }, done)
      const { resolve, reject } = settle ?? {}
      posted.stored.then(resolve, reject)
      await posted.queued
      await kept.remove(id).catch(() => undefined)
      end()
    }

    if (signal !== undefined) {
      const withdraw = () =>
        void $uploads
          .get()
          .find(({ message }) => message.id === id)
          ?.discard()
      signal.addEventListener('abort', withdraw, { once: true })
    }
    const { failure } = upload
    if (failure === undefined) begin()
    else {
      const refusal = new PendopoError(failure.code, failure.message)
      settle?.reject(refusal)
      show('failed', refusal)
    }
    return sent()
  }

  /** Ends early when there is a connection again, unless the server named the time. */
  function pause(ms: number, isCutShort: boolean, during: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const stops: (() => void)[] = []
      const end = () => {
        for (const stop of stops.splice(0)) stop()
        resolve()
      }
      stops.push(clock.after(ms, end))
      if (isCutShort) stops.push(connection.onOnline(end))
      during.addEventListener('abort', end, { once: true })
    })
  }

  return {
    async attach(conversation, given, options = {}) {
      const { caption = '', replyTo = null, mail, signal } = options
      const text = caption.trim() === '' ? '' : toOutgoingText(caption.trim())
      const files = await toFiles(given)
      if (signal?.aborted) throw new PendopoError('unavailable', 'unable to attach; it was withdrawn')
      const at = clock.now()
      const upload: KeptUpload = {
        id: uuidv7(at, random),
        conversation,
        text,
        replyTo,
        at,
        files,
        ...(mail && { mail }),
      }
      connection.connect()
      // A device that keeps nothing sends nevertheless.
      const queued = inTime(clock, kept.put(upload)).catch((cause: unknown) =>
        log('upload.not-kept', { cause: String(cause) }),
      )
      return start(upload, queued, options)
    },
    url: createFileUrls(server, connection, clock),
    async resume() {
      for (const upload of await kept.all())
        if (!$uploads.get().some(({ message }) => message.id === upload.id)) start(upload, Promise.resolve())
    },
    close() {
      for (const stop of running) stop()
    },
  }
}

const toFault = (cause: unknown) => new PendopoError('internal', 'unable to send a file; see the cause', { cause })

function toShown({ name, blob, width, height }: KeptFile, done: Attachment | undefined, now: number): ThreadAttachment {
  const known = { name, type: blob.type, size: blob.size, ...(width && height && { width, height }) }
  return { id: null, ...known, ...done, progress: done === undefined ? now : 1, file: blob }
}

const toMessage = (
  { id, text, replyTo, mail, at }: KeptUpload,
  attachments: readonly ThreadAttachment[],
  status: ThreadMessage['status'],
  error: PendopoError | null,
): ThreadMessage => ({
  type: 'message',
  ...{ id, n: null, mine: true, text, at, status, error, editedAt: null, replyTo, attachments, ...(mail && { mail }) },
  author: { kind: 'self', id: '', name: '' },
})
