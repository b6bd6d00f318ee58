// Everything about mail in one place: what it is made of, and what the rest of the server asks of it.

import type { CheckStep, MailSettings, MailSettingsView, OriginalMail } from '@pendopo/protocol'
import { canSee } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { FileStorage } from '../../files/file-storage.ts'
import type { Uploads } from '../../files/uploads.ts'
import { toAgentActor } from '../../gateway/session.ts'
import type { MailOf } from '../../gateway/welcome.ts'
import type { Log } from '../../log/log.ts'
import type { Clock } from '../../readers/clock.ts'
import { deriveId } from '../../readers/derive-id.ts'
import type { Reader } from '../../readers/reader.ts'
import { RequestError } from '../../request-error.ts'
import type { SiteDirectory } from '../../sites/site-directory.ts'
import type { Agent, Site, Store } from '../../store/store.ts'
import { createMailHandler, MAIL_READER } from '../fallback/mail-reader.ts'
import { createMailReader } from '../inbound/mail-reader.ts'
import { checkImap, type Advise } from '../intake/check-imap.ts'
import { createHttpIntake, type HttpIntake } from '../intake/http-intake.ts'
import { createTakeMail } from '../intake/take-mail.ts'
import { checkSmtp } from '../outbound/check-smtp.ts'
import type { MailerOptions } from '../outbound/create-mailer.ts'
import { providerOf } from '../providers.ts'
import { createAccessTokens } from './access-tokens.ts'
import { createMailAccounts, toMailSettingsView, type MailAccounts } from './mail-accounts.ts'
import { createMailLinks } from './mail-links.ts'
import { createMailQuota } from './mail-quota.ts'
import { loadMailSecrets } from './mail-secrets.ts'
import { createMailboxes } from './mailboxes.ts'
import { createMailers } from './mailers.ts'
import { toImapSettings, toSmtpSettings } from './server-settings.ts'

export interface MailService {
  readonly accounts: MailAccounts
  readonly handle: Reader['handle']
  readonly post: HttpIntake
  readonly of: MailOf
  view(site: string): Promise<MailSettingsView | null>
  check(
    site: string,
    settings: MailSettings,
  ): Promise<{ readonly smtp: readonly CheckStep[]; readonly imap: readonly CheckStep[] | null }>
  canStop(token: string): Promise<boolean>
  stop(token: string): Promise<boolean>
  readFileLink(token: string): { readonly conversation: string; readonly file: string } | null
  /** Resolves with the conversation that this identity sees from now on. Rejects with `not_found`. */
  redeem(site: Site, token: string, identity: string): Promise<string>
  original(agent: Agent, conversation: string, message: string): Promise<OriginalMail | null>
  close(): Promise<void>
}

interface Needs {
  readonly store: Store
  readonly log: Log
  readonly sites: SiteDirectory
  readonly uploads: Uploads
  readonly storage: FileStorage
  readonly typedAt: (conversation: string) => number | null
  readonly clock: Clock
  readonly logger: Logger
  /** See `PendopoOptions.secret`. */
  readonly secret: string | undefined
  readonly mailerOptions?: MailerOptions
}

/** What a provider wants to see instead of the account's password is the same for both ways. */
const adviseOnLogin: Advise = (host, step) => (step === 'login' ? providerOf(host)?.loginAdvice : undefined)

const SPENT = 'spent-link'
const SYSTEM = { kind: 'system', id: 'mail-link' } as const
/** What was seen or spent is remembered for longer than a mail or a link comes again. */
const SWEEPS = { 'mail-seen': 90, 'mail-sent': 2, [SPENT]: 30 } as const
const DAY_MS = 86_400_000
const PAGE = 200

export async function createMailService(needs: Needs): Promise<MailService> {
  const { store, log, storage, clock, logger } = needs
  const { now } = clock
  const secrets = await loadMailSecrets(store.cells, needs.secret)
  const links = createMailLinks(secrets)
  const tokens = createAccessTokens(now)
  const accounts = createMailAccounts({ cells: store.cells, secrets, now })
  const quota = createMailQuota({ cells: store.cells, secrets, now })
  const mailers = createMailers({ tokens, now, ...(needs.mailerOptions && { options: needs.mailerOptions }) })
  const reader = createMailReader()
  const take = createTakeMail({ ...needs, secrets, reader, now })
  const mailboxes = createMailboxes({ accounts, cells: store.cells, take, tokens, clock, logger })
  const post = createHttpIntake({
    findMailbox: async (key) => (await accounts.byInboundKey(key))?.inbound ?? null,
    async take(raw, { mailbox, envelope }) {
      const account = await accounts.byInboundKey(mailbox)
      if (account !== null) await take(account, raw, envelope?.to)
    },
    logger,
  })

  let cancel = () => {}
  const sweep = async (): Promise<void> => {
    for (const [scope, days] of Object.entries(SWEEPS))
      await store.cells
        .sweep(scope, days * DAY_MS)
        .catch((error: unknown) => logger.warn({ err: error, scope }, 'unable to forget'))
    cancel = clock.after(DAY_MS, () => void sweep())
  }
  cancel = clock.after(DAY_MS, () => void sweep())

  async function stateOf(workspace: string, conversation: string) {
    const stream = (await store.log.load(workspace, [{ kind: 'conversation', id: conversation }], [])).streams.get(
      conversation,
    )
    return stream?.kind === 'conversation' ? stream.state : null
  }

  /** The workspace of the conversation that a link is about, where it still is there. */
  async function find(conversation: string) {
    const workspace = await store.directory.defaultWorkspace()
    const state = await stateOf(workspace, conversation)
    return state === null ? null : { workspace, state }
  }

  return {
    accounts,
    handle: createMailHandler({ ...needs, accounts, secrets, links, quota, mailers }),
    post,
    async of(site) {
      const account = await accounts.find(site)
      return account === null ? {} : { mail: true, fallback: account.settings.fallback }
    },
    async view(site) {
      const account = await accounts.find(site)
      return account && toMailSettingsView(account, mailers.troubleOf(site) ?? mailboxes.troubleOf(site))
    },
    async check(site, typed) {
      const settings = await accounts.complete(site, typed)
      const imap = toImapSettings(settings, tokens)
      return {
        smtp: await checkSmtp(toSmtpSettings(settings, tokens), { from: settings.address }),
        imap: imap === null ? null : await checkImap(imap, adviseOnLogin),
      }
    },
    async canStop(token) {
      const conversation = links.readStop(token)
      return conversation !== null && (await find(conversation)) !== null
    },
    async stop(token) {
      const conversation = links.readStop(token)
      const found = conversation === null ? null : await find(conversation)
      if (conversation === null || found === null) return false
      const { workspace, state } = found
      const id = deriveId(state.openedAt, SYSTEM.id, 'stop', workspace, conversation, state.seq)
      const stream = { kind: 'conversation', id: conversation } as const
      await log.submit({ workspace, stream, commands: [{ id, kind: 'mail.stop', data: {} }], actor: SYSTEM })
      return true
    },
    readFileLink(token) {
      const read = links.readFile(token)
      return read !== null && read.expiresAt > now() ? read : null
    },
    async redeem({ workspace, id: site }, token, identity) {
      const gone = new RequestError('not_found', 'this link was used, or has expired')
      const link = links.readResume(token)
      if (link === null || link.expiresAt < now()) throw gone
      const state = await stateOf(workspace, link.conversation)
      const email = state?.mail?.address
      if (state === null || state.channel !== site || typeof email !== 'string') throw gone
      // Who has it already may use it again: a reload in the middle must not lock anybody out.
      const holder = JSON.stringify(identity)
      if (
        !(await store.cells.swap(SPENT, link.mail, null, holder)) &&
        (await store.cells.get(SPENT, link.mail)) !== holder
      )
        throw gone
      const id = deriveId(state.openedAt, SYSTEM.id, 'redeem', workspace, link.mail, identity)
      const stream = { kind: 'conversation', id: link.conversation } as const
      const commands = [{ id, kind: 'address.verify', data: { email, identity } }] as const
      const { results } = await log.submit({ workspace, stream, commands, actor: SYSTEM })
      if (results[0]?.ok !== true) throw gone
      return link.conversation
    },
    async original(agent, conversation, message) {
      const state = await stateOf(agent.workspace, conversation)
      if (state === null || !canSee(toAgentActor(agent), state)) return null
      const stream = { kind: 'conversation', id: conversation } as const
      for (let after = 0; ; after += PAGE) {
        const events = await store.log.events(agent.workspace, stream, 'team', after, PAGE)
        const file = events.find(({ command, content }) => command === message && content?.mail?.original !== undefined)
          ?.content?.mail?.original
        if (file !== undefined) return readOriginal(file)
        if (events.length < PAGE) return null
      }
    },
    async close() {
      cancel()
      await mailboxes.close()
      await mailers.close()
      await reader.close()
    },
  }

  async function readOriginal(file: string): Promise<OriginalMail | null> {
    const stream = await storage.get(file)
    if (stream === null) return null
    const pieces: Uint8Array[] = []
    for await (const piece of stream) pieces.push(piece)
    const reading = await reader.read(Buffer.concat(pieces))
    if (reading.kind === 'unreadable') return null
    const { mail } = reading
    const [from] = mail.from
    const date = mail.date === null ? Number.NaN : Date.parse(mail.date)
    return {
      from: from === undefined ? null : { address: from.address, name: from.name },
      to: mail.to.map(({ address }) => address),
      cc: mail.cc.map(({ address }) => address),
      subject: mail.subject,
      date: Number.isFinite(date) ? date : null,
      text: mail.text ?? '',
      html: mail.html,
      attachments: mail.attachments.map(({ name, size }) => ({ name: name ?? '', size })),
    }
  }
}

/** The reader, before there is anything for it to read: what arms its jobs is needed to open the database. */
export function createMailReading(): Reader & { begin(handle: Reader['handle']): void } {
  let begun: Reader['handle'] | undefined
  return {
    name: MAIL_READER,
    streams: ['conversation'],
    delayMs: 0,
    wokenBy: 'team',
    begin: (handle) => void (begun = handle),
    handle: async (context) => {
      if (begun === undefined) throw new Error('unable to send mail; the server is starting')
      return begun(context)
    },
  }
}
