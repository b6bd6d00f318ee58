// The mail reader in a world of its own: the real log and job table in memory, a clock that a test moves, and a mail server
// that answers as told. Any call that the reader makes can be the last one of its process.

import { pino } from 'pino'
import { createLog } from '../../log/create-log.ts'
import { createReaders } from '../../readers/create-readers.ts'
import type { Reader } from '../../readers/reader.ts'
import { createManualClock } from '../../readers/testing.test.support.ts'
import { createInstallation } from '../../installation.ts'
import { createPasswords } from '../../auth/passwords.ts'
import { createSiteDirectory } from '../../sites/site-directory.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import { newAgent, newId, newVisitor, openCommand, postCommand } from '../../testing/store-contract/fixture.ts'
import { createMortality, type Death } from '../mortal.test.support.ts'
import type { ComposedMail } from '../outbound/composed-mail.ts'
import type { SendOutcome } from '../outbound/send-outcome.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import { createMailLinks } from '../service/mail-links.ts'
import { createMailQuota } from '../service/mail-quota.ts'
import { createMailSecrets } from '../service/mail-secrets.ts'
import { createMailHandler, MAIL_READER } from './mail-reader.ts'

export const ADDRESS = 'ana@example.com'
export const MINUTE = 60_000
const ARMING = { name: MAIL_READER, streams: ['conversation'], delayMs: 0, wokenBy: 'team' } as const
/** Turns of the event loop in which a job that is due is handled to its end, with all the awaiting in between. */
const TURNS = 60

export interface WorldOptions {
  /** What the mail server answers to each try. Default: it takes every mail. */
  readonly answer?: (now: number) => SendOutcome
  /** The process ends at this call of the reader. */
  readonly killAt?: Death
}

export async function openMailWorld({ answer = () => ACCEPTED, killAt }: WorldOptions = {}) {
  const clock = createManualClock()
  const { now } = clock
  const store = createMemoryStore({ readers: [ARMING], now })
  const log = createLog({ store, now })
  const workspace = await store.directory.defaultWorkspace()
  const passwords = createPasswords({ logN: 4, r: 8, p: 1 })
  const installation = createInstallation({ store, passwords, now })
  await installation.addSite({ id: 'acme', name: 'Acme', origins: ['https://acme.example'] })
  const { agent: ayu } = await installation.addAgent({ email: 'ayu@acme.example', name: 'Ayu' })
  const agent = newAgent({ id: ayu.id })
  const sent: ComposedMail[] = []
  const tries: number[] = []
  const typed = new Map<string, number>()
  const { mortal, hasDied } = createMortality(killAt)

  const account: MailAccount = {
    site: 'acme',
    workspace,
    settings: {
      ...{ address: 'support@acme.example', fallback: true, delayMinutes: 3, imap: null, dkim: null },
      smtp: { host: '127.0.0.1', port: 25, security: 'none' },
      authentication: 'none',
    },
    baseUrl: 'https://chat.acme.example',
    inbound: { id: 'acme', tokenHash: null, signingKey: null },
  }
  const secrets = createMailSecrets('a secret of this world alone')
  const handle = createMailHandler({
    store: { log: mortal(store.log), directory: mortal(store.directory), marks: mortal(store.marks) },
    accounts: mortal({ find: async () => account }),
    sites: mortal(createSiteDirectory(store.directory, now)),
    secrets,
    links: createMailLinks(secrets),
    quota: mortal(createMailQuota({ cells: store.cells, secrets, now })),
    mailers: mortal({
      async send(_account: MailAccount, mail: ComposedMail) {
        tries.push(now())
        const outcome = answer(now())
        if (outcome.kind === 'accepted') sent.push(mail)
        return outcome
      },
      troubleOf: () => null,
      close: async () => {},
    }),
    typedAt: (conversation) => typed.get(conversation) ?? null,
    logger: pino({ level: 'silent' }),
  })
  const reader: Reader = { ...ARMING, handle }
  const readers = createReaders({
    store: { log: mortal(store.log), jobs: { ...store.jobs, finish: mortal(store.jobs).finish } },
    log: { ...log, submit: mortal(log).submit },
    readers: [reader],
    clock,
    // What was killed begins again when its lease runs out, or after the wait of a failure: both are the clock's.
    onFault: () => {},
  })

  const visitor = newVisitor()
  const give = { id: newId(), kind: 'address.give', data: { email: ADDRESS } } as const
  const commands = [openCommand(), postCommand('Where is my order?'), give]
  const { stream } = await log.submit({ workspace, stream: null, commands, actor: visitor })

  async function settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    clock,
    sent,
    tries,
    stream,
    settle,
    hasDied,
    /** The agent answers in the chat; resolves with the answer's id. */
    async answer(text: string): Promise<string> {
      const command = postCommand(text)
      await log.submit({ workspace, stream, commands: [command], actor: agent })
      await settle()
      return command.id
    },
    types: () => void typed.set(stream.id, now()),
    /** The visitor has read all there is. */
    async read(): Promise<void> {
      const { streams } = await store.log.load(workspace, [stream], [])
      const state = streams.get(stream.id)?.state
      const upTo = state !== null && state !== undefined && 'publicSeq' in state ? state.publicSeq : 0
      await store.marks.advance(workspace, stream.id, { kind: 'visitor', id: visitor.identity }, 'participants', upTo)
    },
    /** Time passes, step by step. */
    async pass(ms: number, step = MINUTE / 4): Promise<void> {
      for (let passed = 0; passed < ms; passed += step) {
        clock.advance(step)
        await settle()
      }
    },
    kinds: async () => (await store.log.events(workspace, stream, 'team', 0, 200)).map(({ kind }) => kind),
    async close() {
      await readers.close()
      await log.close()
    },
  }
}

const ACCEPTED: SendOutcome = { kind: 'accepted', response: '250 Queued', refused: [] }
