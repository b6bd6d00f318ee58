// Where a mail belongs. A conversation takes it only by a token of ours that was made for the sender, where the sender is
// beyond doubt; everything else waits for an agent, opens a conversation of its own, or goes nowhere. Pure: what is known
// of the world comes in as arguments.

import type { UnverifiedReason } from '@pendopo/protocol'
import { normaliseAddress } from '../address.ts'
import { looksLikeToken, type ReplyTokens } from '../reply-token.ts'
import { returnPathsIn, tokenOfMessageId, tokensIn } from '../token-places.ts'
import type { Authentication } from './authentication.ts'
import { isProgram, mayAnswer } from './automatic.ts'
import { headerValues, type ParsedMail } from './parsed-mail.ts'
import { readBounce, type Bounce } from './read-bounce.ts'
import { isOwn, recipientsOf } from './recipients.ts'

export type TokenPath = 'reply-address' | 'in-reply-to' | 'references'

export type NewReason =
  /** It carries no token. */
  | 'no_token'
  /** What it carries in a token's place was not made here. */
  | 'bad_token'

export type NowhereReason =
  /** A mail of our own that came round. */
  | 'own_mail'
  /** It came before, by Message-ID and body. */
  | 'repeat'
  /** A report on a mail that is not ours. */
  | 'bounce'
  /** A program's mail that no conversation asked for. */
  | 'automatic'
  /** No address of ours among its recipients. */
  | 'not_for_us'

export type MailRoute =
  | { readonly to: 'conversation'; readonly conversation: string; readonly by: TokenPath }
  | { readonly to: 'unverified'; readonly conversation: string; readonly why: UnverifiedReason }
  | {
      readonly to: 'bounce'
      readonly conversation: string
      /** The mail of ours that came back, where the report names it. */
      readonly mail: string | null
      /** The return path's token, where that is how it came: `readReturnPath(token).isFor(mail)` tells which mail it was. */
      readonly returnPath: string | null
      readonly bounce: Bounce
    }
  | { readonly to: 'new'; readonly why: NewReason }
  | { readonly to: 'nowhere'; readonly why: NowhereReason }

export interface RouteOptions {
  readonly tokens: ReplyTokens
  /** Our addresses without tags, such as `support@acme.example`; without any, every mail is for us. */
  readonly ownAddresses: readonly string[]
  /** Whether a mail of this Message-ID and body is stored already. */
  readonly knownMail: (messageId: string | null, bodyHash: string) => boolean
  /** Whom the transport delivered it for, where that is known. */
  readonly envelopeTo?: readonly string[]
}

export function routeMail(mail: ParsedMail, authentication: Authentication, options: RouteOptions): MailRoute {
  const { tokens, ownAddresses, knownMail } = options
  const answer = mayAnswer(mail, { addresses: ownAddresses })
  if (!answer.may && (answer.why === 'own_loop_header' || answer.why === 'own_address'))
    return { to: 'nowhere', why: 'own_mail' }
  if (knownMail(mail.messageId, mail.bodyHash)) return { to: 'nowhere', why: 'repeat' }
  const { to, cc } = recipientsOf(mail, options.envelopeTo)
  const bounce = readBounce(mail)
  if (bounce !== null) return routeBounce(bounce, [...to, ...cc], tokens)

  const found = findTokens(mail, to, cc, tokens)
  const [best] = found.verified
  if (best === undefined) {
    if (!answer.may && isProgram(answer.why)) return { to: 'nowhere', why: 'automatic' }
    const isForUs = ownAddresses.length === 0 || [...to, ...cc].some((address) => isOwn(address, ownAddresses))
    if (!isForUs) return { to: 'nowhere', why: 'not_for_us' }
    return { to: 'new', why: found.hasBad ? 'bad_token' : 'no_token' }
  }
  const { conversation, path } = best
  const why = whyUnverified(mail, authentication, found.verified)
  // The order of the paths puts Cc last: a token that is best there stands nowhere else.
  if (path === 'cc') return { to: 'unverified', conversation, why: why ?? 'token_in_cc' }
  return why === null ? { to: 'conversation', conversation, by: path } : { to: 'unverified', conversation, why }
}

interface FoundToken {
  readonly path: TokenPath | 'cc'
  readonly conversation: string
  isFor(address: string): boolean
}

function findTokens(mail: ParsedMail, to: readonly string[], cc: readonly string[], tokens: ReplyTokens) {
  const idsOf = (ids: readonly string[]) => ids.flatMap((id) => tokenOfMessageId(id)?.token ?? [])
  const places: readonly (readonly [FoundToken['path'], readonly string[]])[] = [
    ['reply-address', to.flatMap(tokensIn)],
    ['in-reply-to', idsOf(mail.inReplyTo)],
    ['references', idsOf(mail.references)],
    ['cc', cc.flatMap(tokensIn)],
  ]
  // The same token stands in several places, and a hostile mail may hold many.
  const read = new Map<string, ReturnType<ReplyTokens['read']>>()
  const verified: FoundToken[] = []
  let hasBad = [...to, ...cc].some(isTaggedBadly)
  for (const [path, candidates] of places) {
    for (const token of candidates) {
      const known = read.has(token) ? (read.get(token) ?? null) : tokens.read(token)
      read.set(token, known)
      if (known === null) hasBad = true
      else verified.push({ path, ...known })
    }
  }
  return { verified, hasBad }
}

/** `reply+SOMETHING@…` where something is no token: a guess, an old address, another system's. */
const isTaggedBadly = (address: string): boolean =>
  (address.split('@', 1)[0] ?? '')
    .split('+')
    .slice(1)
    .some((tag) => tag.length >= 16 && !looksLikeToken(tag.toLowerCase()))

function whyUnverified(
  mail: ParsedMail,
  authentication: Authentication,
  found: readonly FoundToken[],
): UnverifiedReason | null {
  const [only] = mail.from
  const from = mail.from.length === 1 && mail.isFromPlain ? normaliseAddress(only?.address ?? '') : null
  if (from === null || authentication.from !== from) return 'unclear_sender'
  if (new Set(found.map(({ conversation }) => conversation)).size > 1) return 'contradiction'
  if (!found.every(({ isFor }) => isFor(from))) return 'other_sender'
  if (authentication.aligned !== 'pass') return 'not_authenticated'
  const asksElsewhere = headerValues(mail, 'reply-to').length > 0 && mail.replyTo.length === 0
  if (asksElsewhere || mail.replyTo.some(({ address }) => normaliseAddress(address) !== from)) return 'reply_to'
  return null
}

/** A report belongs to the mail it was made for: by the return path it came to, and by the Message-ID it gives back. */
function routeBounce(bounce: Bounce, recipients: readonly string[], tokens: ReplyTokens): MailRoute {
  const paths = recipients.flatMap(returnPathsIn).flatMap((token) => {
    const read = tokens.readReturnPath(token)
    return read === null ? [] : [{ token, ...read }]
  })
  const original = tokenOfMessageId(bounce.originalMessageId ?? '')
  const named = original === null ? null : tokens.read(original.token)
  const conversations = new Set([
    ...paths.map(({ conversation }) => conversation),
    ...(named ? [named.conversation] : []),
  ])
  const [conversation] = conversations
  if (conversation === undefined || conversations.size > 1) return { to: 'nowhere', why: 'bounce' }
  const [path] = paths
  const mail = named !== null && original !== null ? original.mail : null
  if (path !== undefined && mail !== null && !path.isFor(mail)) return { to: 'nowhere', why: 'bounce' }
  return { to: 'bounce', conversation, mail, returnPath: path?.token ?? null, bounce }
}
