// What became of addresses and mails, in one sentence each.

import type { ThreadEvent } from '@pendopo/sdk/inbox'
import { toClockTime } from '../ui/time.ts'

const WHY_FAILED: ReadonlyMap<unknown, string> = new Map([
  ['refused', 'the mail server refused it'],
  ['gave-up', 'the mail server could not be reached, and it was given up'],
  ['capped', 'it waited for a day, and too many were sent before it'],
  ['bounced', 'it came back'],
])

const WHY_DELAYED: ReadonlyMap<unknown, string> = new Map([
  ['recipient', 'this address has had as many as it gets in a short time'],
  ['conversation', 'this conversation has sent as many as it may in a short time'],
  ['server', 'the mail server does not take it yet'],
  ['site', 'this site has sent as many as it may in a short time'],
])

/** `who` did it; `to` is where a mail went, if that is known. `null` for what is not about mail. */
export function toMailEventText(event: ThreadEvent, who: string, to: string | undefined): string | null {
  const { data, words } = event
  switch (event.kind) {
    case 'address.given':
      return addressGiven(event, who)
    case 'mail.delayed':
      return `The e-mail waits${untilOf(data.until)}: ${WHY_DELAYED.get(data.limit) ?? 'too many were sent in a short time'}`
    case 'mail.sent':
      return `Sent by e-mail${to === undefined ? '' : ` to ${to}`}`
    case 'mail.failed':
      return `Not sent by e-mail: ${WHY_FAILED.get(data.why) ?? 'something went wrong'}`
    case 'mail.held':
      return `An e-mail came from ${words?.mail?.from?.address ?? 'an unknown sender'}, who could not be verified`
    case 'mail.ruled':
      return data.accepted === true ? `${who} added an e-mail to the conversation` : `${who} left an e-mail out`
    case 'mail.stopped':
      return 'The customer wants no more e-mail of this conversation'
    case 'transcript.requested':
      return `${who} asked for the transcript to be mailed`
    default:
      return null
  }
}

/** Within a day: the clock's time says it. */
const untilOf = (until: unknown): string => (typeof until === 'number' ? ` until ${toClockTime(until)}` : '')

function addressGiven({ actor, data, words: { email } = {} }: ThreadEvent, who: string): string {
  const isVerified = data.verified === true
  // Nobody left it: it stood on the mail that began the conversation.
  if (actor.kind === 'system' && !isVerified)
    return `${email ?? 'The sender'} could not be verified: anybody may have written this e-mail`
  if (email === undefined) return isVerified ? 'An e-mail address was verified' : `${who} left an e-mail address`
  return isVerified ? `${email} is verified` : `${who} left the address ${email}`
}
