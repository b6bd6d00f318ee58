// How many mails leave: to a person, from a conversation, from a site. A person is counted by address, whatever conversation
// mails come from; an address that nobody has proven may be a stranger's. What has no room waits and is lost nowhere: the
// mail reader comes back.

import type { CellStore } from '../../store/cells.ts'
import type { ServerLimits } from '../../options.ts'
import { createLedger, type Taken, type Window } from './mail-ledger.ts'
import type { MailSecrets } from './mail-secrets.ts'

/** There is no room: of which limit, and until when at least. */
export interface FullQuota {
  readonly limit: 'recipient' | 'conversation' | 'site'
  readonly until: number
}

export type QuotaRoom = Taken | FullQuota

export interface MailQuota {
  /** Takes the room of one mail with answers to this address. */
  takeRecipient(address: string, isVerified: boolean): Promise<QuotaRoom>
  /** Counts a mail that somebody of the team has written to this address: it is not bound by what a person gets. */
  noteRecipient(address: string): Promise<void>
  /** Takes the room of one mail to so many people in its conversation and its site, right before it leaves. */
  take(site: string, conversation: string, recipients: number): Promise<QuotaRoom>
  /** What is in the way of a mail of this site, and of this conversation of it; `null`: nothing is. */
  fullNow(site: string, conversation?: string): Promise<FullQuota | null>
}

/** Where it is counted. */
export const MAIL_COUNTS = 'mail-count'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** A site's day is at most 289 numbers then. */
const SITE_GRAIN_MS = 300_000

interface Needs {
  readonly cells: CellStore
  readonly secrets: Pick<MailSecrets, 'sign'>
  readonly limits: ServerLimits
  readonly now: () => number
}

export const isFull = (room: QuotaRoom): room is FullQuota => 'limit' in room

export function createMailQuota({ cells, secrets, limits, now }: Needs): MailQuota {
  const unproven: readonly Window[] = [
    { ms: limits.mailSpacingUnprovenMs, most: 1 },
    { ms: DAY_MS, most: limits.mailsPerDayUnproven },
  ]
  const proven: readonly Window[] = [{ ms: DAY_MS, most: limits.mailsPerDayPerRecipient }]
  const ofConversation: readonly Window[] = [
    { ms: HOUR_MS, most: limits.mailsPerHourPerConversation },
    { ms: DAY_MS, most: limits.mailsPerDayPerConversation },
  ]
  const ofSite: readonly Window[] = [
    { ms: HOUR_MS, most: limits.mailsPerHourPerSite },
    { ms: DAY_MS, most: limits.mailsPerDayPerSite },
  ]

  const common = { cells, scope: MAIL_COUNTS, longestMs: DAY_MS, now }
  const keep = Math.max(...[...unproven, ...proven, ...ofConversation].map(({ most }) => most))
  const one = createLedger({ ...common, grainMs: 1, keep })
  const many = createLedger({ ...common, grainMs: SITE_GRAIN_MS, keep: DAY_MS / SITE_GRAIN_MS + 1 })

  const addressKey = (address: string) => secrets.sign('recipient', address.toLowerCase())
  const conversationKey = (id: string) => `conversation ${id}`
  const siteKey = (id: string) => `site ${id}`
  const named = (limit: FullQuota['limit'], taken: Awaited<ReturnType<typeof one.take>>): QuotaRoom =>
    'fullUntil' in taken ? { limit, until: taken.fullUntil } : taken

  return {
    takeRecipient: async (address, isVerified) =>
      named('recipient', await one.take(addressKey(address), isVerified ? proven : unproven)),
    noteRecipient: async (address) => void (await one.take(addressKey(address), [])),
    async take(site, conversation, recipients) {
      const inConversation = named('conversation', await one.take(conversationKey(conversation), ofConversation))
      if (isFull(inConversation)) return inConversation
      const inSite = named('site', await many.take(siteKey(site), ofSite, recipients))
      if (isFull(inSite)) {
        await inConversation.giveBack()
        return inSite
      }
      return {
        async giveBack() {
          await inSite.giveBack()
          await inConversation.giveBack()
        },
      }
    },
    async fullNow(site, conversation) {
      const inSite = await many.fullUntil(siteKey(site), ofSite)
      if (inSite !== null) return { limit: 'site', until: inSite }
      if (conversation === undefined) return null
      const inConversation = await one.fullUntil(conversationKey(conversation), ofConversation)
      return inConversation === null ? null : { limit: 'conversation', until: inConversation }
    },
  }
}
