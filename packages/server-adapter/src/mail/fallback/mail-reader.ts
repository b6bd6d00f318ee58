// The reader that mails. It follows each conversation of a site that sends mail: plans what is due, sends what is planned,
// and writes down what became of it. All it knows is in the log, so it may be killed at any line: a mail that may have left
// is sent again as the same mail, and never as another.

import { isFromContact, type ConversationState, type LogEvent } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { Reader, ReaderContext, ReaderOutcome } from '../../readers/reader.ts'
import type { SiteDirectory } from '../../sites/site-directory.ts'
import type { Store } from '../../store/store.ts'
import { toMessageId } from '../token-places.ts'
import type { MailAccount, MailAccounts } from '../service/mail-accounts.ts'
import type { MailLinks } from '../service/mail-links.ts'
import { isFull, type MailQuota } from '../service/mail-quota.ts'
import type { MailSecrets } from '../service/mail-secrets.ts'
import type { Mailers } from '../service/mailers.ts'
import { nextBurst, type Answer } from './next-burst.ts'
import { tellDelay, toCommandId } from './reader-commands.ts'
import { createSendPlanned, earliest } from './send-planned.ts'

export interface MailReaderNeeds {
  readonly store: Pick<Store, 'log' | 'directory' | 'marks'>
  readonly accounts: Pick<MailAccounts, 'find'>
  readonly sites: Pick<SiteDirectory, 'find'>
  readonly secrets: MailSecrets
  readonly links: MailLinks
  readonly quota: MailQuota
  readonly mailers: Mailers
  /** When somebody of the team last typed in this conversation, as far as this node has heard. */
  typedAt(conversation: string): number | null
  readonly logger: Logger
}

/** Events looked at in one go. */
const PAGE = 200
/** What fits a mail; the rest goes into the next. */
const MOST_ANSWERS = 100
const SUBJECT = { en: 'Your conversation with', id: 'Percakapan Anda dengan', ar: 'محادثتك مع' } as const

type Plan = {
  readonly kind: 'reply' | 'composed' | 'transcript'
  readonly messages: readonly string[]
  readonly upTo: number
  /** The one mail it answers. */
  readonly inReplyTo?: string
}

export function createMailHandler(needs: MailReaderNeeds): Reader['handle'] {
  const { store, accounts, sites, secrets, quota, typedAt } = needs
  const sendPlanned = createSendPlanned(needs)

  async function handle(context: ReaderContext): Promise<ReaderOutcome> {
    const { kind, state } = await context.load()
    if (kind !== 'conversation' || state === null) return { cursor: context.cursor, dueAt: null }
    const account = await accounts.find(state.channel)
    if (account === null || state.mail === null) return { cursor: state.seq, dueAt: null }
    const cursor = await answerRequests(context, state, account)
    if (cursor < state.seq) return { cursor, dueAt: context.now }
    const sentBy = await sendPlanned(context, state, account)
    const burstBy = account.settings.fallback ? await planBurst(context, state, account) : null
    return { cursor, dueAt: earliest(sentBy, burstBy) }
  }

  /** What agents asked for, event by event: each leads to one command, whose id follows from the event. */
  async function answerRequests(
    context: ReaderContext,
    state: ConversationState,
    account: MailAccount,
  ): Promise<number> {
    const events = await context.events(context.cursor, PAGE)
    for (const event of events) {
      if (event.kind === 'message.posted' && event.content?.mail !== undefined && !isFromContact(event))
        await plan(context, state, account, event, {
          ...{ kind: 'composed', messages: [event.command], upTo: event.seq },
          ...(await answeredBy(context, event)),
        })
      if (event.kind === 'transcript.requested')
        await plan(context, state, account, event, { kind: 'transcript', messages: [], upTo: 0 })
      if (event.kind === 'mail.ruled' && event.data.accepted === true) await letPass(context, event)
    }
    return events.at(-1)?.seq ?? state.seq
  }

  async function plan(
    context: ReaderContext,
    state: ConversationState,
    { settings }: MailAccount,
    event: Pick<LogEvent, 'at' | 'seq' | 'content'>,
    { messages, ...planned }: Plan,
    options?: { readonly onlyAt: number },
  ): Promise<'planned' | 'conflict' | 'refused'> {
    const to = state.mail?.address
    if (typeof to !== 'string') return 'refused'
    const id = toCommandId(context, event, planned.kind)
    const messageId = toMessageId(secrets.tokens.sign(state.id, to), id, settings.address.split('@').at(-1) ?? '')
    const subject = event.content?.mail?.subject ?? (await subjectOf(context, state))
    const { results } = await context.submit(
      { id, kind: 'mail.plan', data: { ...planned, messages: [...messages], messageId, to, subject } },
      options,
    )
    const [result] = results
    if (result?.ok === true) {
      if (planned.kind !== 'reply') await quota.noteRecipient(to)
      return 'planned'
    }
    return result?.error.code === 'conflict' ? 'conflict' : 'refused'
  }

  /** One thread in the mailbox keeps one subject; an agent's new subject begins a new one. */
  async function subjectOf(context: ReaderContext, state: ConversationState): Promise<string> {
    const { subject } = state.mail ?? {}
    if (typeof subject === 'string') return /^re:/i.test(subject) ? subject : `Re: ${subject}`
    const site = await sites.find(state.channel)
    const [opened] = await context.events(0, 1)
    const language = String(opened?.data.locale ?? site?.config.locale ?? 'en').slice(0, 2)
    const words = language === 'id' || language === 'ar' ? SUBJECT[language] : SUBJECT.en
    return `${words} ${site?.name ?? state.channel}`
  }

  /** An agent lets a held mail pass: its words become a message. */
  async function letPass(context: ReaderContext, event: LogEvent): Promise<void> {
    const held = String(event.data.held)
    const mail = await find(context, 'mail.held', held)
    if (mail === null) return
    const { text, attachments, mail: more = {} } = mail.content ?? {}
    const data = {
      identity: String(mail.data.identity),
      messageId: String(mail.data.messageId),
      ...(text !== undefined && { text }),
      ...(attachments !== undefined && { attachments }),
      ...{ mail: more, held, verified: false },
    }
    const id = toCommandId(context, event, 'accepted')
    await context.submit({ id, kind: 'mail.receive', data })
  }

  /** Where an agent answers one mail and not the thread, that mail's Message-ID. */
  async function answeredBy(context: ReaderContext, { data }: LogEvent): Promise<Pick<Plan, 'inReplyTo'>> {
    if (typeof data.replyTo !== 'string') return {}
    const mail = await find(context, 'message.posted', data.replyTo)
    return mail?.data.via === 'mail' && mail.origin !== undefined ? { inReplyTo: mail.origin.externalId } : {}
  }

  async function find(context: ReaderContext, kind: string, command: string): Promise<LogEvent | null> {
    for (let after = 0; ; after += PAGE) {
      const events = await context.events(after, PAGE)
      const found = events.find((event) => event.kind === kind && event.command === command)
      if (found !== undefined) return found
      if (events.length < PAGE) return null
    }
  }

  async function planBurst(
    context: ReaderContext,
    state: ConversationState,
    account: MailAccount,
  ): Promise<number | null> {
    const { mail } = state
    if (mail === null || mail.address === null || mail.isStopped) return null
    const marks = await store.marks.of(context.workspace, state.id)
    const read = Math.max(0, ...marks.filter(({ reader }) => reader.kind === 'visitor').map(({ seq }) => seq))
    const unread = await answersAfter(context, Math.max(read, mail.upTo), state.seq)
    const burst = nextBurst({
      ...{ mail, unread, now: context.now, typedAt: typedAt(state.id) },
      delayMs: account.settings.delayMinutes * 60_000,
    })
    if (burst.kind === 'none') return null
    if (burst.kind === 'wait') return burst.until
    const [first] = burst.answers
    const last = burst.answers.at(-1)
    if (first === undefined || last === undefined) return null
    // Before it is planned: what is answered meanwhile goes into the same mail, and what is read goes into none.
    const full = await quota.fullNow(account.site, state.id)
    const room = full ?? (await quota.takeRecipient(mail.address, mail.isVerified))
    if (isFull(room)) {
      await tellDelay(context, first, room)
      return room.until
    }
    const messages = burst.answers.map(({ id }) => id)
    const event = { at: last.at, seq: last.seq, content: null }
    const outcome = await plan(
      context,
      state,
      account,
      event,
      { kind: 'reply', messages, upTo: last.seq },
      { onlyAt: state.seq },
    )
    if (outcome !== 'planned') await room.giveBack()
    // Planned: the event itself wakes us, to send it.
    return outcome === 'conflict' ? context.now : null
  }

  /** Answers in the chat, oldest first. What was sent as a mail of its own is no answer in the chat. */
  async function answersAfter(context: ReaderContext, after: number, last: number): Promise<readonly Answer[]> {
    const answers: Answer[] = []
    for (let from = after; from < last && answers.length < MOST_ANSWERS; from += PAGE) {
      for (const event of await context.events(from, PAGE))
        if (
          event.kind === 'message.posted' &&
          !isFromContact(event) &&
          event.content !== null &&
          event.content.mail === undefined
        )
          answers.push({ id: event.command, seq: event.seq, at: event.at })
    }
    return answers.slice(0, MOST_ANSWERS)
  }

  return handle
}
