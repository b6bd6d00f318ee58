import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMailReader, type MailReader } from './mail-reader.ts'

let folder: string
const readers: MailReader[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pendopo-mail-'))
})
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A thread that does what the mail says, and tells in its answer how many mails it has seen. */
const PROGRAM = `
import { parentPort } from 'node:worker_threads'
let seen = 0
parentPort.on('message', ({ id, bytes }) => {
  const text = Buffer.from(bytes).toString()
  seen += 1
  if (text === 'hang') for (;;);
  if (text === 'swell') { const held = []; for (;;) held.push({ held: held.map((at) => ({ at })) }) }
  if (text === 'throw') throw new Error('dead')
  if (text === 'exit') process.exit(0)
  parentPort.postMessage({ id, reading: { kind: 'mail', seen } })
})
`
function reader(timeoutMs: number): MailReader {
  const program = join(folder, 'thread.mjs')
  writeFileSync(program, PROGRAM)
  const made = createMailReader({ program, timeoutMs, memoryMb: 32 })
  readers.push(made)
  return made
}
const say = (text: string) => new TextEncoder().encode(text)

it('[EM11] a thread that hangs, dies or swells is replaced: its mail is unreadable, the next one is not', async () => {
  // Time enough for a thread to start on a busy machine; what hangs does so for ever.
  for (const [text, why, timeoutMs] of [
    ['hang', 'too_slow', 5_000],
    ['throw', 'malformed', 60_000],
    ['exit', 'malformed', 60_000],
    ['swell', 'out_of_memory', 60_000],
  ] as const) {
    const mails = reader(timeoutMs)
    const readings = await Promise.all([mails.read(say('a')), mails.read(say(text)), mails.read(say('b'))])
    expect(readings, text).toEqual([
      { kind: 'mail', seen: 1 },
      { kind: 'unreadable', why },
      { kind: 'mail', seen: 1 },
    ])
  }
}, 60_000)

it('[EM11] one thread reads one mail after the other, and closing ends it', async () => {
  const mails = reader(60_000)
  const readings = await Promise.all(Array.from({ length: 5 }, () => mails.read(say('a'))))
  expect(readings.map((reading) => 'seen' in reading && reading.seen)).toEqual([1, 2, 3, 4, 5])
  const hanging = mails.read(say('hang'))
  const waiting = mails.read(say('a'))
  await Promise.all([
    mails.close(),
    expect(hanging).rejects.toThrow(/closed/),
    expect(waiting).rejects.toThrow(/closed/),
  ])
  await mails.close()
  await expect(mails.read(say('a'))).rejects.toThrow(/closed/)
})

it('[EM11] a mail of more than 25 MB is not even looked at', async () => {
  const mails = reader(60_000)
  expect(await mails.read(new Uint8Array(25 * 1024 * 1024 + 1))).toEqual({ kind: 'unreadable', why: 'too_large' })
})
