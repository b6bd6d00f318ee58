// The mail reader on a database, by a clock that the test moves, with a mail server that keeps what it gets.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LIMITS, type AgentActor, type Command, type StreamRef } from '@pendopo/protocol'
import { pino } from 'pino'
import { createLocalStorage } from '../../files/local-storage.ts'
import { createUploads } from '../../files/uploads.ts'
import { createLog } from '../../log/create-log.ts'
import type { ServerLimits } from '../../options.ts'
import { createReaders } from '../../readers/create-readers.ts'
import { createManualClock, eventually } from '../../readers/testing.test.support.ts'
import { createSite } from '../../sites/create-site.ts'
import { createSiteDirectory } from '../../sites/site-directory.ts'
import { openSqliteStore } from '../../store/sqlite/open-sqlite-store.ts'
import { newAgent, newId, newVisitor, openCommand, postCommand } from '../../testing/store-contract/fixture.ts'
import type { ComposedMail } from '../outbound/composed-mail.ts'
import type { SendOutcome } from '../outbound/send-outcome.ts'
import { createMailReader } from '../inbound/mail-reader.ts'
import { createTakeMail } from '../intake/take-mail.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import { createMailLinks } from '../service/mail-links.ts'
import { createMailQuota, type MailQuota } from '../service/mail-quota.ts'
import { createMailSecrets } from '../service/mail-secrets.ts'
import { createMailReading } from '../service/mail-service.ts'
import { createMailHandler } from './mail-reader.ts'
import { MAIL_READER } from './reader-commands.ts'

/** Who has claimed something has it for a minute. */
const LONGER_THAN_A_LEASE_MS = 120_000
/** Before an answer is mailed: shorter than that minute, so that nothing is claimed twice when the clock leaps over it. */
export const DELAY_MS = 30_000
/** Who says which senders are who they say. */
export const RECEIVER = 'mx.acme.example'
const ACCEPTED: SendOutcome = { kind: 'accepted', response: '250 Queued', refused: [] }

export type Mailing = Awaited<ReturnType<typeof beginMailing>>

interface Options {
  readonly limits?: Partial<ServerLimits>
  readonly quota?: Partial<MailQuota>
}

/** With one site, `acme`, that mails. */
export async function beginMailing({ limits = {}, quota = {} }: Options = {}) {
  const clock = createManualClock()
  const folder = mkdtempSync(join(tmpdir(), 'pendopo-caps-'))
  const reader = createMailReading()
  const store = await openSqliteStore({ path: join(folder, 'a.db'), readers: [reader], now: clock.now })
  const workspace = await store.directory.defaultWorkspace()
  const origins = ['https://acme.example']
  await store.directory.addSite(createSite({ workspace, name: 'Acme', origins, id: 'acme', now: clock.now() }))
  const log = createLog({ store, now: clock.now })
  const secrets = createMailSecrets('a secret of the installation')
  const account: MailAccount = {
    ...{ site: 'acme', workspace, baseUrl: 'https://chat.acme.example' },
    settings: {
      ...{ address: 'support@acme.example', fallback: true, delayMinutes: DELAY_MS / 60_000, imap: null, dkim: null },
      smtp: { host: '127.0.0.1', port: 25, security: 'none' },
      ...{ authentication: 'receiver-header', authservId: RECEIVER },
    },
    inbound: { id: 'in', tokenHash: '', signingKey: null },
  }
  const mails: ComposedMail[] = []
  const answers: SendOutcome[] = []
  const handle = createMailHandler({
    ...{ store, secrets },
    logger: pino({ level: 'silent' }),
    accounts: { find: async () => account },
    sites: createSiteDirectory(store.directory, clock.now),
    links: createMailLinks(secrets),
    quota: {
      ...createMailQuota({ cells: store.cells, secrets, limits: { ...LIMITS, ...limits }, now: clock.now }),
      ...quota,
    },
    mailers: {
      async send(_account, mail) {
        const outcome = answers.shift() ?? ACCEPTED
        if (outcome.kind === 'accepted') mails.push(mail)
        return outcome
      },
      troubleOf: () => null,
      close: async () => {},
    },
    typedAt: () => null,
  })
  reader.begin(handle)
  const readers = createReaders({ store, log, readers: [reader], clock })
  const mailReader = createMailReader()
  const storage = createLocalStorage(join(folder, 'files'))
  const uploads = createUploads({ files: store.files, storage, limits: LIMITS })
  const take = createTakeMail({
    ...{ store, log, uploads, storage, reader: mailReader, secrets, now: clock.now },
    logger: pino({ level: 'silent' }),
  })

  const agent = newAgent()
  const by = (actor: AgentActor, stream: StreamRef, ...commands: readonly Command[]) =>
    log.submit({ workspace, stream, commands, actor })
  const events = (stream: StreamRef) => store.log.events(workspace, stream, 'team', 0, 100)

  return {
    ...{ clock, mails, answers },
    /** Waits until the expectation holds; an alarm that is set for now rings with the clock's next move. */
    until: (expectation: () => void | Promise<void>) =>
      eventually(() => {
        clock.advance(1)
        return expectation()
      }),
    /** Waits until nothing is in hand and nothing is due: what is in hand when the clock leaps is done twice. */
    quiet: () =>
      eventually(async () => {
        clock.advance(1)
        const next = await store.jobs.nextDue(MAIL_READER)
        if (next !== null && next < clock.now() + LONGER_THAN_A_LEASE_MS) throw new Error('something is due')
      }),
    /** A visitor who has asked something, left an address and gone. */
    async ask(email: string, text = 'Where is my order?') {
      const give: Command = { id: newId(), kind: 'address.give', data: { email } }
      const commands = [openCommand(), postCommand(text), give]
      return (await log.submit({ workspace, stream: null, commands, actor: newVisitor() })).stream
    },
    /** A mail comes in, by whichever way. */
    take: (lines: readonly string[]) => take(account, Buffer.from(lines.join('\r\n'))),
    events,
    /** Conversations of anybody's, by id. */
    async all() {
      const { rows } = await store.conversations.list(workspace, agent, { list: 'all', status: 'all', limit: 100 })
      return rows
    },
    rule: (stream: StreamRef, held: string) =>
      by(agent, stream, { id: newId(), kind: 'mail.rule', data: { held, accepted: true } }),
    answer: (stream: StreamRef, text: string) => by(agent, stream, postCommand(text)),
    compose: (stream: StreamRef, cc: readonly string[] = []) =>
      by(agent, stream, {
        ...{ id: newId(), kind: 'message.post' },
        data: { text: 'It leaves today.', mail: { subject: 'Your order', cc: [...cc] } },
      }),
    /** What was told of mails in the conversation. */
    async told(stream: StreamRef) {
      const all = await events(stream)
      return all.flatMap(({ kind, data }) =>
        kind === 'mail.delayed'
          ? [`delayed ${data.limit}`]
          : kind === 'mail.sent'
            ? ['sent']
            : kind === 'mail.failed'
              ? [`failed ${data.why}`]
              : [],
      )
    },
    /** The latest of its kind. */
    last: async (stream: StreamRef, kind: string) => (await events(stream)).findLast((event) => event.kind === kind),
    async close() {
      await readers.close()
      await mailReader.close()
      await log.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}
