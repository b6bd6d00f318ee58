// From the bytes of a mail to what the log is told of it: the one pipeline behind IMAP and HTTP. Whatever it does it does under
// ids that follow from the mail, so that the same mail by another way, or after a crash, is the same.

import { randomBytes } from 'node:crypto'
import { LIMITS, type Attachment, type Command, type MailContent, type VisitorActor } from '@pendopo/protocol'
import type { Logger } from 'pino'
import { deriveUuid } from '../../auth/hash.ts'
import type { FileStorage } from '../../files/file-storage.ts'
import type { Uploads } from '../../files/uploads.ts'
import type { Log } from '../../log/log.ts'
import { deriveId } from '../../readers/derive-id.ts'
import { RequestError } from '../../request-error.ts'
import type { Store } from '../../store/store.ts'
import { normaliseAddress } from '../address.ts'
import { authenticate } from '../inbound/authenticate.ts'
import type { Authentication } from '../inbound/authentication.ts'
import type { MailReader } from '../inbound/mail-reader.ts'
import type { MailAttachment, ParsedMail, ReadMail } from '../inbound/parsed-mail.ts'
import { routeMail, type MailRoute } from '../inbound/route-mail.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import type { MailSecrets } from '../service/mail-secrets.ts'
import { toAuthenticationSetting } from '../service/server-settings.ts'
import { isSeenMail, markSeenMail, toMailKey } from './seen-mails.ts'

export type TakeMail = (account: MailAccount, raw: Buffer, envelopeTo?: readonly string[]) => Promise<MailRoute | null>

interface Needs {
  readonly store: Pick<Store, 'cells' | 'directory' | 'files' | 'log'>
  readonly log: Log
  readonly uploads: Uploads
  readonly storage: FileStorage
  readonly reader: MailReader
  readonly secrets: MailSecrets
  readonly logger: Logger
  readonly now: () => number
}

const SYSTEM = { kind: 'system', id: 'mailbox' } as const
/** A conversation that has this many events and no mail in them had none. */
const PAGE = 200

/** Resolves when the mail is stored, with where it went; `null`: it could not be read. */
export function createTakeMail({ store, log, uploads, storage, reader, secrets, logger, now }: Needs): TakeMail {
  const idFor = ({ mail }: ReadMail, what: string, account: MailAccount) =>
    deriveId(timeOf(mail), SYSTEM.id, what, account.workspace, mail.messageId ?? '', mail.bodyHash)

  return async (account, raw, envelopeTo) => {
    const reading = await reader.read(raw)
    if (reading.kind === 'unreadable') {
      logger.warn(
        { site: account.site, why: reading.why, bytes: raw.length },
        'a mail that cannot be read is left aside',
      )
      return null
    }
    const { mail } = reading
    const authentication = await authenticate(mail, raw, toAuthenticationSetting(account.settings))
    const isKnown = await isSeenMail(store.cells, mail)
    const route = routeMail(mail, authentication, {
      tokens: secrets.tokens,
      ownAddresses: [account.settings.address],
      knownMail: () => isKnown,
      ...(envelopeTo !== undefined && { envelopeTo }),
    })
    await act(account, reading, raw, route, authentication)
    await markSeenMail(store.cells, mail)
    return route
  }

  async function act(
    account: MailAccount,
    reading: ReadMail,
    raw: Buffer,
    route: MailRoute,
    authentication: Authentication,
  ): Promise<void> {
    switch (route.to) {
      case 'nowhere':
        return
      case 'bounce':
        return noteBounce(account, reading.mail, route)
      case 'conversation':
        return receive(account, reading, raw, route.conversation, { verified: true })
      case 'unverified':
        return receive(account, reading, raw, route.conversation, { verified: false, why: route.why })
      case 'new':
        return open(account, reading, raw, authentication)
      default:
        return route satisfies never
    }
  }

  async function submit(account: MailAccount, conversation: string, command: Command): Promise<void> {
    const stream = { kind: 'conversation', id: conversation } as const
    const { results } = await log.submit({ workspace: account.workspace, stream, commands: [command], actor: SYSTEM })
    const [result] = results
    // Taken before, by another way or before a crash: its files differ, its words do not.
    if (result?.ok === false && result.error.code !== 'id_reused')
      throw new Error(`unable to write down a mail; ${result.error.code} ${result.error.message}`)
  }

  async function receive(
    account: MailAccount,
    reading: ReadMail,
    raw: Buffer,
    conversation: string,
    { verified, why }: { readonly verified: boolean; readonly why?: string },
  ): Promise<void> {
    const { mail } = reading
    const identity = await identityOf(account, mail, verified)
    const data = { ...(await contentOf(account, reading, raw, identity)), identity, messageId: messageIdOf(mail) }
    const command: Command =
      why === undefined
        ? { id: idFor(reading, 'receive', account), kind: 'mail.receive', data: { ...data, verified } }
        : { id: idFor(reading, 'hold', account), kind: 'mail.hold', data: { ...data, why } }
    await submit(account, conversation, command)
  }

  /** A stranger writes, or somebody who says so: without proof they get a conversation of their own. */
  async function open(
    account: MailAccount,
    reading: ReadMail,
    raw: Buffer,
    authentication: Authentication,
  ): Promise<void> {
    const verified = authentication.aligned === 'pass'
    const identity = await identityOf(account, reading.mail, verified)
    const people = await store.directory.peopleByIdentity(account.workspace, [identity])
    const actor: VisitorActor = {
      ...{ kind: 'visitor', identity, identities: [identity], channel: account.site },
      contact: people.get(identity)?.contact ?? identity,
    }
    const commands = [{ id: idFor(reading, 'open', account), kind: 'conversation.open', data: {} }] as const
    const { stream } = await log.submit({ workspace: account.workspace, stream: null, commands, actor })
    await receive(account, reading, raw, stream.id, { verified })
  }

  /** Who is behind an address that was proven; behind one that was not, nobody but the writer of this mail. */
  async function identityOf({ workspace, site }: MailAccount, mail: ParsedMail, isProven: boolean): Promise<string> {
    const [from] = mail.from
    const address = normaliseAddress(from?.address ?? '') ?? 'unknown'
    const key = isProven ? address : `${toMailKey(mail)} ${address}`
    const idOf = (what: string) => deriveUuid(secrets.sign('identity'), what, workspace, site, key)
    const { id } = await store.directory.ensureIdentity({
      ...{ workspace, channel: site, kind: 'email', key, id: idOf('identity'), contact: idOf('contact') },
      name: cut(from?.name.trim() || address, LIMITS.nameLength),
      email: isProven ? address : null,
      now: now(),
    })
    return id
  }

  async function contentOf(account: MailAccount, { mail, words }: ReadMail, raw: Buffer, identity: string) {
    const { workspace } = account
    const attachments: Attachment[] = []
    for (const one of mail.attachments.slice(0, LIMITS.filesPerMessage)) {
      const kept = await keep(workspace, identity, one)
      if (kept !== null) attachments.push(kept)
    }
    const [from] = mail.from
    const fromAddress = addressOf(from?.address)
    const addresses = (list: ParsedMail['to']) =>
      list.flatMap(({ address }) => addressOf(address) ?? []).slice(0, LIMITS.mailRecipients)
    const quoted = [words.quoted, words.signature].filter((part) => part.trim() !== '').join('\n\n')
    const subject = cut(mail.subject, LIMITS.subjectLength)
    const more: MailContent = {
      ...(subject !== '' && { subject }),
      ...(fromAddress !== null && { from: { address: fromAddress, ...named(from?.name) } }),
      to: addresses(mail.to),
      cc: addresses(mail.cc),
      ...(quoted !== '' && { quoted: cut(quoted, LIMITS.textLength) }),
      original: await keepOriginal(workspace, identity, raw),
    }
    const visible = cut(words.visible.trim(), LIMITS.textLength)
    const text = visible === '' && attachments.length === 0 ? subject || '…' : visible
    return { ...(text !== '' && { text }), ...(attachments.length > 0 && { attachments }), mail: more }
  }

  /** The same checks as of any upload; what does not pass them is still in the mail as it came. */
  async function keep(
    workspace: string,
    identity: string,
    { name, bytes }: MailAttachment,
  ): Promise<Attachment | null> {
    try {
      const by = { kind: 'visitor', id: identity } as const
      return await uploads.take({ workspace, by }, name ?? 'file', bytes.length, once(bytes))
    } catch (error) {
      if (error instanceof RequestError) return null
      throw error
    }
  }

  async function keepOriginal(workspace: string, identity: string, raw: Buffer): Promise<string> {
    const id = randomBytes(16).toString('hex')
    const secret = randomBytes(16).toString('base64url')
    const name = 'mail.eml'
    await store.files.reserve(
      { ...{ workspace, id, name, secret, size: raw.length }, by: { kind: 'visitor', id: identity } },
      1,
    )
    await storage.put(id, once(raw))
    await store.files.complete(workspace, { id, name, type: 'message/rfc822', size: raw.length })
    return id
  }

  async function noteBounce(account: MailAccount, mail: ParsedMail, route: Extract<MailRoute, { to: 'bounce' }>) {
    const { bounce, conversation } = route
    if (bounce.action !== 'failed') return
    const stream = { kind: 'conversation', id: conversation } as const
    const path = route.returnPath === null ? null : secrets.tokens.readReturnPath(route.returnPath)
    for (let after = 0; ; after += PAGE) {
      const events = await store.log.events(account.workspace, stream, 'team', after, PAGE)
      const planned = events.find(
        ({ kind, command }) => kind === 'mail.planned' && (command === route.mail || path?.isFor(command) === true),
      )
      if (planned !== undefined) {
        const messages: string[] = Array.isArray(planned.data.messages) ? planned.data.messages : []
        const reason = cut([bounce.status, bounce.diagnostic].filter(Boolean).join(' '), LIMITS.reasonLength)
        const id = deriveId(planned.at, SYSTEM.id, 'bounce', account.workspace, planned.command)
        const data = { mail: planned.command, messages, outcome: 'bounced', ...(reason !== '' && { reason }) } as const
        return submit(account, conversation, { id, kind: 'mail.settle', data })
      }
      if (events.length < PAGE)
        return logger.info({ stream: conversation, id: toMailKey(mail) }, 'a report on no mail of ours')
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Every mail has an id here, also one that came without. */
const messageIdOf = (mail: ParsedMail): string =>
  mail.messageId !== null && /^<[^\s<>]{1,490}>$/.test(mail.messageId)
    ? mail.messageId
    : `<${toMailKey(mail)}@unknown.invalid>`

/** What fits the time in an id. */
const LATEST = 2 ** 48 - 1

/**
 * By the sender's clock, which may be wrong: it only makes an id. Ours must have no part in it, or the same mail would be
 * another after a crash.
 */
function timeOf({ date }: ParsedMail): number {
  const at = date === null ? 0 : Date.parse(date)
  return at > 0 && at <= LATEST ? at : 0
}

const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{C}]{1,64}@[^\s@<>()[\]\\,;:"\p{C}]{1,189}$/u
const addressOf = (address: string | undefined): string | null =>
  address !== undefined && ADDRESS.test(address) ? address : null
const named = (name: string | undefined) => {
  const text = cut(name?.trim() ?? '', LIMITS.nameLength)
  return text === '' ? {} : { name: text }
}

// oxlint-disable-next-line no-control-regex
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** What every database keeps, and no more than this. */
function cut(text: string, length: number): string {
  const clean = text.replace(UNSTORABLE, '')
  if (clean.length <= length) return clean
  return `${clean.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}
