// Why a mail was held, in words.

import type { UnverifiedReason } from '@pendopo/sdk/inbox'

const WORDS: Readonly<Record<UnverifiedReason, string>> = {
  not_authenticated: 'The sender’s domain does not vouch for this e-mail: anybody may have written it.',
  unclear_sender: 'It does not say plainly who sent it.',
  other_sender: 'It answers an e-mail that was sent to another address.',
  reply_to: 'It asks for the answer to go to another address than its sender’s.',
  token_in_cc: 'It was sent to others, with a copy to this conversation.',
  contradiction: 'It answers several conversations at once.',
}

const isReason = (why: string): why is UnverifiedReason => Object.hasOwn(WORDS, why)

/** One sentence; empty where nothing is known. What is no reason of the server's is words already. */
export const toHeldWords = (why: unknown): string => (typeof why !== 'string' ? '' : isReason(why) ? WORDS[why] : why)
