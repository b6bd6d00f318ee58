// Mails made to hold a parser up, read by the built thread: each is over soon, and meanwhile the server goes on.

import { fileURLToPath } from 'node:url'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, expect, it } from 'vitest'
import { createMailReader } from '../../packages/server-adapter/src/mail/inbound/mail-reader.ts'

const PROGRAM = fileURLToPath(new URL('../../packages/server-adapter/dist/mail-thread.js', import.meta.url))
const reader = createMailReader({ program: PROGRAM })
afterAll(() => reader.close())

const many = (count: number, piece: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => piece(at)).join('')
const mail = (head: string, body = 'Halo') =>
  `Date: Mon, 3 Nov 2025 14:05:00 +0700\r\n${head}\r\nSubject: x\r\n\r\n${body}\r\n`
const multipart = (depth: number) =>
  mail(
    `From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b0`,
    many(depth, (at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`),
  )
const html = (body: string) => mail('From: a@b.example\r\nContent-Type: text/html', body)

const HOSTILE: Readonly<Record<string, string>> = {
  '40,000 comments': mail(`From: ${many(40_000, () => '(a)')} a@b.example`),
  '40,000 comments in each other': mail(`From: ${'('.repeat(40_000)}a@b.example${')'.repeat(40_000)}`),
  '40,000 comments that never end': mail(`From: ${'('.repeat(40_000)}a@b.example`),
  'groups in each other': mail(`To: ${many(20_000, (at) => `g${at}:`)}a@b.example${';'.repeat(20_000)}`),
  '20,000 addresses': mail(`From: a@b.example\r\nTo: ${many(20_000, (at) => `x${at}@b.example,\r\n `)}z@b.example`),
  '20,000 quotes': mail(`From: ${'"'.repeat(20_001)} <a@b.example>`),
  '40,000 angle brackets': mail(`From: ${'<'.repeat(40_000)}a@b.example${'>'.repeat(40_000)}`),
  '400,000 spaces': mail(`From: a@b.example${' '.repeat(400_000)}x`),
  '100,000 encoded words': mail(`Subject: ${many(100_000, () => '=?utf-8?q?=41?= ')}`),
  '100,000 references': mail(`References: ${many(100_000, (at) => `<${at}@b.example> `)}`),
  '100,000 parameters': mail(`From: a@b.example\r\nContent-Type: text/plain; ${many(30_000, (at) => `x*${at}*=a; `)}`),
  '100,000 headers': mail(many(100_000, (at) => `X-${at}: y\r\n`).trimEnd()),
  '500 parts in each other': multipart(500),
  '49 parts in each other': multipart(49),
  '100,000 parts': mail(
    'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b',
    many(100_000, () => '--b\r\n\r\nx\r\n'),
  ),
  '500 mails in each other': mail(
    'From: a@b.example\r\nContent-Type: message/rfc822',
    many(500, () => 'Content-Type: message/rfc822\r\n\r\n'),
  ),
  '4 MB in one line': mail('From: a@b.example', 'x'.repeat(4_000_000)),
  '4 MB of quotes': mail('From: a@b.example', '> a\r\nb\r\n'.repeat(500_000)),
  '4 MB of encoded line ends': mail(
    'From: a@b.example\r\nContent-Transfer-Encoding: quoted-printable',
    '=\r\n'.repeat(1_300_000),
  ),
  '4 MB of nothing in base64': mail('From: a@b.example\r\nContent-Transfer-Encoding: base64', '= '.repeat(2_000_000)),
  '2 MB of elements in each other': html('<div>'.repeat(400_000)),
  '2 MB of quotes in each other': html('<blockquote>'.repeat(170_000)),
  '2 MB of open brackets': html('<'.repeat(2_000_000)),
  '2 MB of open comments': html('<!--'.repeat(500_000)),
  '2 MB of attributes': html(`<a ${many(250_000, (at) => `a${at % 9}=b `)}>`),
  '2 MB of entities': html('&lt;&#x41;'.repeat(200_000)),
}

it('[EM12] hostile mails are over within two seconds each, and hold nobody else up', { timeout: 300_000 }, async () => {
  await reader.read(Buffer.from(mail('From: a@b.example')))
  const slow: string[] = []
  // Processor time of the whole process, the thread's with it: a busy machine makes everything late, and proves nothing.
  for (const [name, text] of Object.entries(HOSTILE)) {
    const bytes = Buffer.from(text)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const before = process.cpuUsage()
    const reading = await reader.read(bytes)
    const { user, system } = process.cpuUsage(before)
    delay.disable()
    const took = (user + system) / 1_000
    process.stderr.write(
      `${name}: ${reading.kind === 'mail' ? 'read' : reading.why}, ${took.toFixed(0)} ms, lag p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms\n`,
    )
    if (took >= 2_000 || (reading.kind === 'unreadable' && reading.why === 'too_slow')) slow.push(name)
  }
  expect(slow).toEqual([])
})

it('[EM12] while mails are read, whatever they hold, the main thread answers', async () => {
  const pending = Object.values(HOSTILE).map((text) => reader.read(Buffer.from(text)))
  let turns = 0
  let isOver = false
  const over = Promise.all(pending).then(() => (isOver = true))
  const before = process.cpuUsage()
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  while (!isOver) {
    turns += 1
    await turn()
  }
  await over
  const { user } = process.cpuUsage(before)
  // A blocked thread has next to no turns; a free one has thousands in a second of anybody's processor time.
  expect(turns).toBeGreaterThan(user / 1_000_000)
}, 300_000)
