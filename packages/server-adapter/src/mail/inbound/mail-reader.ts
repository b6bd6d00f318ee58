// Reads mails in one thread that is used again and again, one mail at a time. A thread that takes too long, needs too much
// memory or dies is ended and replaced; its mail is unreadable, the next one is not. Without the built program (run from
// sources) it reads in place: the same limits of size and depth, none of time and memory.

import { Worker } from 'node:worker_threads'
import { findThreadProgram } from '../../package-root.ts'
import { LONGEST_MAIL, readMail } from './parse-mail.ts'
import type { MailReading, UnreadableReason } from './parsed-mail.ts'
import type { ReadingAsked, ReadingDone } from './thread-messages.ts'

export interface MailReader {
  /** What a mail says, or why it cannot be read. Rejects only after `close`. */
  read(bytes: Uint8Array): Promise<MailReading>
  /** Ends the thread; a mail under way is not finished. */
  close(): Promise<void>
}

export interface MailReaderOptions {
  /** The program of the thread; null reads in place. */
  readonly program?: string | null
  readonly timeoutMs?: number
  readonly memoryMb?: number
}

/** Forty times the slowest hostile mail seen: whoever takes longer does so on purpose. */
const TIMEOUT_MS = 10_000
/** Ten times the largest mail. */
const MEMORY_MB = 256

export function createMailReader({
  program = findThreadProgram('mail-thread'),
  timeoutMs = TIMEOUT_MS,
  memoryMb = MEMORY_MB,
}: MailReaderOptions = {}): MailReader {
  let thread: Worker | undefined
  let isClosed = false
  let last = 0
  /** The mail under way and all that wait, in a chain. */
  let queue: Promise<unknown> = Promise.resolve()

  function start(file: string): Worker {
    const started = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      // What a program of somebody else's prints is not the server's output.
      stdout: true,
      stderr: true,
    })
    // It must not keep a process alive that has nothing else to do.
    started.unref()
    return started
  }

  async function readInThread(file: string, bytes: Uint8Array): Promise<MailReading> {
    if (isClosed) throw closed()
    const worker = (thread ??= start(file))
    const asked: ReadingAsked = { id: (last += 1), bytes }
    const answer = await answerOf(worker, asked, timeoutMs)
    if (isClosed) throw closed()
    if (answer.reading !== null) return answer.reading
    thread = undefined
    await worker.terminate()
    return { kind: 'unreadable', why: answer.why }
  }

  return {
    read(bytes) {
      if (isClosed) return Promise.reject(closed())
      // Not worth a copy.
      if (bytes.length > LONGEST_MAIL) return Promise.resolve({ kind: 'unreadable', why: 'too_large' })
      if (program === null) return readMail(bytes)
      const reading = queue.then(() => readInThread(program, bytes))
      queue = reading.catch(() => {})
      return reading
    },
    async close() {
      isClosed = true
      await thread?.terminate()
      await queue
    },
  }
}

const closed = () => new Error('unable to read a mail; the reader is closed')

type Answer =
  | { readonly reading: MailReading; readonly why: null }
  | { readonly reading: null; readonly why: UnreadableReason }

/** The thread's answer, or why it has none; the thread is of no use then. */
function answerOf(worker: Worker, asked: ReadingAsked, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (answer: Answer) => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.unref()
      // A late error of a thread that is being ended has nobody to go to.
      if (answer.reading === null) worker.on('error', () => {})
      resolve(answer)
    }
    const onMessage = ({ id, reading }: ReadingDone) => {
      if (id === asked.id) finish({ reading, why: null })
    }
    const onError = (error: unknown) =>
      finish({ reading: null, why: isOutOfMemory(error) ? 'out_of_memory' : 'malformed' })
    const onExit = () => finish({ reading: null, why: 'malformed' })
    const timer = setTimeout(() => finish({ reading: null, why: 'too_slow' }), timeoutMs)
    worker.ref()
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(asked)
  })
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
