// Sends what is planned and writes down what became of it. A mail that may have left is sent again as the same mail; one for
// which its conversation or its site has no room waits, and somebody is told.

import type { ConversationState, LogEvent } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { ReaderContext } from '../../readers/reader.ts'
import type { SiteDirectory } from '../../sites/site-directory.ts'
import { composeMail } from '../outbound/compose.ts'
import type { ComposedMail } from '../outbound/composed-mail.ts'
import { InvalidMailError } from '../outbound/invalid-mail-error.ts'
import type { SendOutcome } from '../outbound/send-outcome.ts'
import type { MailAccount } from '../service/mail-accounts.ts'
import { isFull, type FullQuota, type MailQuota } from '../service/mail-quota.ts'
import type { Mailers } from '../service/mailers.ts'
import { createPutOff } from './put-off.ts'
import { tellDelay, toCommandId } from './reader-commands.ts'
import { GIVE_UP_AFTER_MS, retryAt } from './retry-at.ts'
import { writeDraft, type DraftNeeds } from './write-draft.ts'

export interface SendNeeds extends DraftNeeds {
  readonly sites: Pick<SiteDirectory, 'find'>
  readonly quota: Pick<MailQuota, 'take'>
  readonly mailers: Pick<Mailers, 'send'>
  readonly logger: Logger
}

/** Resolves with when to look again, if at all. */
export type SendPlanned = (
  context: ReaderContext,
  state: ConversationState,
  account: MailAccount,
) => Promise<number | null>

type Refused = Extract<SendOutcome, { kind: 'refused' }>

/** A mail that waits is looked at this often: whoever has mended the settings should not have to wait for an hour. */
const LOOK_AT_SETTINGS_MS = 300_000

/** Mail servers put off what they do not know, for a few minutes: nobody has to hear of it. */
const HICCUP_MS = 600_000

const ERASED: Refused = { kind: 'refused', code: 'ERASED', reason: 'its words were erased' }

export function createSendPlanned(needs: SendNeeds): SendPlanned {
  const { sites, quota, mailers, logger } = needs
  const putOff = createPutOff()

  async function compose(
    context: ReaderContext,
    state: ConversationState,
    account: MailAccount,
    planned: LogEvent,
  ): Promise<ComposedMail | Refused> {
    const site = await sites.find(state.channel)
    const [opened] = await context.events(0, 1)
    if (site === undefined) return ERASED
    const draft = await writeDraft(needs, { workspace: context.workspace, state, planned, opened, site, account })
    if (draft === null) return ERASED
    try {
      return composeMail(draft)
    } catch (error) {
      if (!(error instanceof InvalidMailError)) throw error
      return { kind: 'refused', code: 'INVALID', reason: error.message }
    }
  }

  /** What counts is what left, or may have. */
  async function send(state: ConversationState, account: MailAccount, mail: ComposedMail) {
    const room = await quota.take(account.site, state.id, mail.envelope.to.length)
    if (isFull(room)) return room
    const outcome = await mailers.send(account, mail)
    const mayHaveLeft = outcome.kind === 'accepted' || (outcome.kind === 'later' && outcome.maybeSent === true)
    if (!mayHaveLeft) await room.giveBack()
    return outcome
  }

  async function settle(
    context: ReaderContext,
    planned: LogEvent,
    mail: string,
    outcome: SendOutcome | FullQuota,
  ): Promise<number | null> {
    const messages: string[] = Array.isArray(planned.data.messages) ? planned.data.messages : []
    const write = async (
      result: 'sent' | 'refused' | 'gave-up' | 'capped',
      { reason, messageId }: { readonly reason?: string; readonly messageId?: string } = {},
    ) => {
      const id = toCommandId(context, planned, 'settled')
      const data = {
        ...{ mail, messages, outcome: result },
        ...(reason !== undefined && { reason: reason.slice(0, 200) }),
        ...(messageId !== undefined && { messageId }),
      }
      await context.submit({ id, kind: 'mail.settle', data })
      return null
    }
    if ('limit' in outcome) {
      if (context.now - planned.at >= GIVE_UP_AFTER_MS) return write('capped')
      logger.warn({ stream: context.stream.id, mail, ...outcome }, 'a mail has to wait, for too many have left')
      await tellDelay(context, planned, outcome)
      return outcome.until
    }
    if (outcome.kind === 'accepted') {
      const { serverMessageId: messageId } = outcome
      return write('sent', messageId === undefined ? {} : { messageId })
    }
    if (outcome.kind === 'refused') return write('refused', { reason: outcome.reason })
    logger.warn({ stream: context.stream.id, mail, code: outcome.code }, 'a mail has to wait')
    const wait = outcome.kind === 'later' ? outcome.retryAfterMs : undefined
    const until = retryAt(planned.at, context.now, wait)
    if (until === null) return write('gave-up', { reason: outcome.reason })
    const isPassing = outcome.kind === 'later' && context.now - planned.at < HICCUP_MS
    if (!isPassing) await tellDelay(context, planned, { limit: 'server', until })
    return until
  }

  return async (context, state, account) => {
    let next: number | null = null
    for (const { id, seq } of state.mail?.planned ?? []) {
      const wait = putOff.until(id, account, context.now)
      if (wait !== null) {
        next = earliest(next, lookBefore(wait, context.now))
        continue
      }
      const [event] = await context.events(seq - 1, 1)
      if (event === undefined) continue
      const mail = await compose(context, state, account, event)
      const outcome = 'kind' in mail ? mail : await send(state, account, mail)
      const again = await settle(context, event, id, outcome)
      if (again === null) continue
      putOff.note(id, account, again, context.now)
      next = earliest(next, lookBefore(again, context.now))
    }
    return next
  }
}

const lookBefore = (until: number, now: number): number => Math.min(until, now + LOOK_AT_SETTINGS_MS)

export const earliest = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other)
