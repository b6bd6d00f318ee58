// How an answer reaches the contact who is not there: what stands beside the send button.

import type { ConversationView } from '@pendopo/sdk/inbox'

/** What a site's mail does. */
export interface SiteMail {
  /** Agents may write mails. */
  readonly isOn: boolean
  /** Answers that nobody read are mailed. */
  readonly isFallback: boolean
}

export type Reach =
  /** They are on the site, or nobody has said yet. */
  | 'here'
  /** An answer follows them by e-mail. */
  | 'mail'
  /** They asked for no mail of this conversation. */
  | 'stopped'
  /** Mail to their address came back: an answer waits on the site. */
  | 'bounced'
  /** An answer waits on the site until they are back. */
  | 'away'

export function toReach(online: boolean | null, mail: ConversationView['mail'], site: SiteMail): Reach {
  if (online !== false) return 'here'
  if (mail === null || mail.address === null) return 'away'
  if (mail.isStopped) return 'stopped'
  if (mail.isBounced === true) return 'bounced'
  return site.isFallback ? 'mail' : 'away'
}

export const REACH_WORDS: Readonly<Record<Exclude<Reach, 'here'>, string>> = {
  mail: 'Customer is offline. E-mail fallback activated',
  stopped: 'Customer is offline and wants no e-mail of this conversation.',
  bounced: 'Customer is offline, and mail to their address came back.',
  away: 'Customer is offline',
}

/** The mail of a conversation's site, as the welcome told it. */
export function toSiteMail(
  sites: readonly {
    readonly id: string
    readonly mail?: boolean | undefined
    readonly fallback?: boolean | undefined
  }[],
  channel: string | undefined,
): SiteMail {
  const { mail = false, fallback = mail } = sites.find(({ id }) => id === channel) ?? {}
  return { isOn: mail, isFallback: mail && fallback }
}
