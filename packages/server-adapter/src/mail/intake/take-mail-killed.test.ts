import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMITS, type Content } from '@pendopo/protocol'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOwnLimiters } from '../../cluster/limiters.ts'
import { createLocalStorage } from '../../files/local-storage.ts'
import { createUploads } from '../../files/uploads.ts'
import { createLog } from '../../log/create-log.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { createMailReader } from '../inbound/mail-reader.ts'
import { createMortality, Killed, killedAtEachCall, type Death } from '../mortal.test.support.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import { createMailSecrets } from '../service/mail-secrets.ts'
import { createTakeMail } from './take-mail.ts'

const RECEIVER = 'mx.acme.example'
let folder: string

beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pendopo-mails-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Dated ahead by the sender's clock: what is made of that must not depend on ours. */
const mail = (at: number) =>
  Buffer.from(
    [
      `Authentication-Results: ${RECEIVER}; dmarc=pass header.from=example.com`,
      'From: Ana <ana@example.com>',
      'To: support@acme.example',
      'Subject: My order',
      'Message-ID: <first@example.com>',
      `Date: ${new Date(at + 60_000).toUTCString()}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Where is my order?',
      '--b',
      'Content-Type: text/plain; name="order.txt"',
      'Content-Disposition: attachment; filename="order.txt"',
      '',
      'one shirt',
      '--b--',
      '',
    ].join('\r\n'),
  )

/** An intake on a database in memory; with a death the first process ends there. */
async function openIntake(death: Death) {
  const started = Date.now()
  let time = started
  const now = () => time
  const store = createMemoryStore({ now })
  const log = createLog({ store, now })
  const messages: (Content | null)[] = []
  log.onCommit((commits) => {
    for (const { events } of commits)
      for (const { kind, content } of events) if (kind === 'message.posted') messages.push(content)
  })
  const storage = createLocalStorage(folder)
  const reader = createMailReader({ program: null })
  const account: MailAccount = {
    ...{ site: 'acme', workspace: await store.directory.defaultWorkspace(), baseUrl: 'https://chat.acme.example' },
    settings: {
      ...{ address: 'support@acme.example', fallback: true, delayMinutes: 3, imap: null, dkim: null },
      smtp: { host: '127.0.0.1', port: 25, security: 'none' },
      ...{ authentication: 'receiver-header', authservId: RECEIVER },
    },
    inbound: { id: 'acme', tokenHash: null, signingKey: null },
  }
  const start = (deadly?: Death) => {
    const { mortal, hasDied } = createMortality(deadly)
    const { cells, directory, files } = store
    const take = createTakeMail({
      store: { cells: mortal(cells), directory: mortal(directory), files: mortal(files), log: mortal(store.log) },
      log: { ...log, submit: mortal(log).submit },
      uploads: mortal(
        createUploads({
          files,
          storage,
          limits: LIMITS,
          limiters: createOwnLimiters(),
        }),
      ),
      storage: mortal(storage),
      reader: mortal(reader),
      secrets: createMailSecrets('a secret of this intake alone'),
      logger: pino({ level: 'silent' }),
      now,
    })
    return { take: () => take(account, mail(started)), hasDied }
  }
  return {
    messages,
    mortal: start(death),
    next: start(),
    pass: (ms: number) => void (time += ms),
    close: () => Promise.all([reader.close(), log.close()]),
  }
}

test('[EM145] a mail that is taken again after a kill at any call is one message, whole', async () => {
  const calls = await killedAtEachCall(async (death) => {
    const { messages, mortal, next, pass, close } = await openIntake(death)
    await mortal.take().catch((error: unknown) => expect(error).toBeInstanceOf(Killed))
    // By now the sender's clock is behind ours.
    pass(10 * 60_000)
    await next.take()
    await next.take()
    expect(messages, `killed ${death.when} call ${death.call}`).toMatchObject([
      { text: 'Where is my order?', attachments: [{ name: 'order.txt' }], mail: { subject: 'My order' } },
    ])
    await close()
    return mortal.hasDied()
  })
  // Else nothing was tried.
  expect(calls).toBeGreaterThan(10)
}, 60_000)
