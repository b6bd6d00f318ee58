// From a planned mail in the log to a draft. Everything in it follows from the log and the settings, so that a repeat is the
// same mail: the Message-ID, the date and the links too.

import type { Attachment, ConversationState, Item, LogEvent } from '@pendopo/protocol'
import { givenNameAmong } from '../../auth/contact-name.ts'
import type { Site, Store } from '../../store/store.ts'
import type { MailDraft, MailFile } from '../outbound/mail-draft.ts'
import { toReplyAddress, toReturnPath } from '../token-places.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import type { MailLinks } from '../service/mail-links.ts'
import type { MailSecrets } from '../service/mail-secrets.ts'
import { latestMessages, messagesOf, toMailMessage, type Names, type ReadNeeds } from './read-thread.ts'

export interface DraftNeeds {
  readonly store: Pick<Store, 'log' | 'directory'>
  readonly secrets: Pick<MailSecrets, 'tokens' | 'loopId'>
  readonly links: MailLinks
}

export interface PlannedFacts {
  readonly workspace: string
  readonly state: ConversationState
  /** The `mail.planned` event. */
  readonly planned: LogEvent
  /** The first event of the conversation. */
  readonly opened: LogEvent | undefined
  readonly site: Site
  readonly account: MailAccount
}

/** Earlier lines that remind of what it is about. */
const RECAP = 3
/** The newest of a long conversation. */
const TRANSCRIPT = 300
const LINK_HOLDS_MS = 7 * 86_400_000
const FILE_HOLDS_MS = 30 * 86_400_000

/** `null` where there is nothing left to say: what it would carry was erased. */
export async function writeDraft(needs: DraftNeeds, facts: PlannedFacts): Promise<MailDraft | null> {
  const { store, secrets, links } = needs
  const { workspace, state, planned, opened, site, account } = facts
  const { settings, baseUrl } = account
  const [to] = planned.content?.mail?.to ?? []
  if (to === undefined) return null
  const thread = { log: store.log, workspace, conversation: state.id }
  const ids: readonly string[] = Array.isArray(planned.data.messages) ? planned.data.messages : []
  const names = await namesOf(store, workspace, state)
  const linkTo = ({ id, name, size }: Attachment): MailFile => ({
    ...{ name, size },
    url: `${baseUrl}/mail/file/${links.file(state.id, id, planned.at + FILE_HOLDS_MS)}`,
  })
  const written = (items: Awaited<ReturnType<typeof messagesOf>>) =>
    items.map((item) => toMailMessage(item, names, linkTo))
  const messageId = String(planned.data.messageId)
  const references: readonly string[] = Array.isArray(planned.data.references) ? planned.data.references : []
  const inReplyTo = references.at(-1)
  const token = secrets.tokens.sign(state.id, to)
  const stop = `${baseUrl}/mail/stop/${links.stop(state.id)}`
  const accent = typeof site.config.accent === 'string' ? site.config.accent : undefined
  const url = pageOf(state, site)
  const common = {
    site: { name: site.name, ...(accent !== undefined && { accent }), ...(url !== undefined && { url }) },
    locale: localeOf(opened, site),
    from: { address: settings.address, ...(settings.name !== undefined && { name: settings.name }) },
    ...(settings.plainReplies === true
      ? { replyTo: { address: settings.address }, returnPath: settings.address }
      : {
          replyTo: { address: toReplyAddress(settings.address, token) },
          returnPath: toReturnPath(settings.address, secrets.tokens.signReturnPath(state.id, planned.command)),
        }),
    messageId,
    ...(inReplyTo !== undefined && { inReplyTo, references }),
    date: planned.at,
    loopId: secrets.loopId,
  }
  const resumeUrl =
    url === undefined
      ? undefined
      : withFragment(
          url,
          links.resume({ conversation: state.id, mail: planned.command, expiresAt: planned.at + LINK_HOLDS_MS }),
        )
  const subject = planned.content?.mail?.subject ?? ''
  const contact = { address: to, name: names.contact }

  if (planned.data.kind === 'transcript') {
    const messages = written(await latestMessages(thread, planned.seq, TRANSCRIPT))
    return { ...common, kind: 'transcript', to: contact, messages, ...(resumeUrl !== undefined && { resumeUrl }) }
  }
  // What the visitor wrote goes to an address that is known to be theirs, and to no other.
  const mayQuote = planned.data.verified === true
  const items = await messagesOf(thread, planned.seq, ids)
  const [first] = items
  if (first === undefined) return null
  const agent = { name: names.agent(items.at(-1)?.actor.id ?? '') }
  if (planned.data.kind === 'composed') {
    const { text = '', attachments, mail } = first.content ?? {}
    const toAddresses = (list: readonly string[] = []) => list.map((address) => ({ address }))
    return {
      ...common,
      ...{ kind: 'composed', to: [contact], agent, subject, text },
      ...(mail?.cc !== undefined && { cc: toAddresses(mail.cc) }),
      ...(mail?.bcc !== undefined && { bcc: toAddresses(mail.bcc) }),
      ...(attachments !== undefined && { files: attachments.map(linkTo) }),
      ...(mayQuote && (await quoteOf(thread, planned.seq, first, names))),
    }
  }
  const recap = mayQuote ? written(await latestMessages(thread, first.n, RECAP)) : []
  return {
    ...common,
    ...{ kind: 'reply', to: contact, agent, subject, messages: written(items), unsubscribeUrl: stop },
    ...(recap.length > 0 && { recap }),
    ...(resumeUrl !== undefined && { resumeUrl }),
  }
}

/** The one message that this one answers; none where it is gone. */
async function quoteOf(thread: ReadNeeds, before: number, { data }: Item, names: Names) {
  if (typeof data.replyTo !== 'string') return {}
  const [answered] = await messagesOf(thread, before, [data.replyTo])
  if (answered === undefined) return {}
  const { author, at, text } = toMailMessage(answered, names, () => ({ name: '', size: 0, url: '' }))
  return { quoted: { author: author.name, at, text } }
}

async function namesOf(
  { directory }: Pick<Store, 'directory'>,
  workspace: string,
  { identities }: ConversationState,
): Promise<Names> {
  const agents = new Map((await directory.agents(workspace)).map(({ id, name }) => [id, name]))
  const people = await directory.peopleByIdentity(workspace, identities)
  return { agent: (id) => agents.get(id) ?? '', contact: givenNameAmong(identities, people) }
}

/** The page to come back to: where they were, if that is a page of the site. */
function pageOf({ page }: ConversationState, { origins }: Site): string | undefined {
  const [first] = origins
  if (page === null || !URL.canParse(page.url)) return first
  const { origin, pathname, search } = new URL(page.url)
  return origins.includes(origin) ? `${origin}${pathname}${search}` : first
}

const withFragment = (url: string, token: string): string => `${url}#pendopo=${token}`

function localeOf(opened: LogEvent | undefined, { config }: Site): string {
  const { locale } = opened?.data ?? {}
  if (typeof locale === 'string') return locale
  return typeof config.locale === 'string' ? config.locale : 'en'
}
