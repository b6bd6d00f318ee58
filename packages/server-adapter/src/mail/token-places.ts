// Where tokens travel: `support+TOKEN@…` as the address to answer to, `support+b-TOKEN@…` as a mail's return path, and
// `<TOKEN.MAIL@…>` as its Message-ID. All that is found here is a candidate until `read` has verified it.

import { LONGEST_LOCAL_PART, splitAddress } from './address.ts'
import { looksLikeToken } from './reply-token.ts'

const RETURN_PATH_MARK = 'b-'
const LONGEST_MESSAGE_ID = 500

/**
 * `support@acme.example` and a token as `support+TOKEN@acme.example`; where the two have no room before the @, the address as it
 * is, and the mail's Message-ID alone tells where an answer belongs. Throws a TypeError where that is no address.
 */
export const toReplyAddress = (base: string, token: string): string => withTag(base, token)

/** Where bounces of one mail go: `support+b-TOKEN@acme.example`, or where that is too long `support@acme.example`. */
export const toReturnPath = (base: string, token: string): string => withTag(base, `${RETURN_PATH_MARK}${token}`)

function withTag(base: string, tag: string): string {
  const parts = splitAddress(base)
  if (parts === null) throw new TypeError(`unable to make a reply address; ${JSON.stringify(base)} is no mail address`)
  const local = `${parts.local}+${tag}`
  return `${Buffer.byteLength(local) > LONGEST_LOCAL_PART ? parts.local : local}@${parts.domain}`
}

/** The tokens that an address carries, each to be verified: none, or one, or what somebody put together. */
export const tokensIn = (address: string): readonly string[] => tagsOf(address).filter(looksLikeToken)

/** The same for return paths. */
export const returnPathsIn = (address: string): readonly string[] =>
  tagsOf(address)
    .filter((tag) => tag.startsWith(RETURN_PATH_MARK))
    .map((tag) => tag.slice(RETURN_PATH_MARK.length))
    .filter(looksLikeToken)

/** Whether somebody answers to an address of this kind: ours, with any tag. */
export function isTagged(address: string, base: string): boolean {
  const parts = splitAddress(address)
  const ours = splitAddress(base)
  if (parts === null || ours === null || parts.domain !== ours.domain) return false
  return parts.local === ours.local || parts.local.startsWith(`${ours.local}+`)
}

const tagsOf = (address: string): readonly string[] => splitAddress(address)?.local.split('+').slice(1) ?? []

/** The Message-ID of a mail of ours. */
export function toMessageId(token: string, mailId: string, domain: string): string {
  if (!/^[\w-]{1,64}$/.test(mailId) || splitAddress(`a@${domain}`) === null)
    throw new TypeError(`unable to make a Message-ID of ${JSON.stringify(mailId)} and ${JSON.stringify(domain)}`)
  return `<${token}.${mailId}@${domain}>`
}

/** The token in a Message-ID of ours, to be verified, and the mail it names. */
export function tokenOfMessageId(id: string): { readonly token: string; readonly mail: string } | null {
  if (id.length > LONGEST_MESSAGE_ID) return null
  const local = id.trim().replace(/^</, '').split('@', 1)[0] ?? ''
  const dot = local.indexOf('.')
  const token = local.slice(0, dot).toLowerCase()
  const mail = local.slice(dot + 1)
  return dot > 0 && looksLikeToken(token) && /^[\w-]{1,64}$/.test(mail) ? { token, mail } : null
}
