// Whether the address in From is who sent the mail: by checking signatures and policies ourselves (mailauth), by believing
// our receiver's header, or not at all. A mail whose sender is not clear at sight never passes, whatever is signed.

import { resolve } from 'node:dns/promises'
import { normaliseAddress, splitAddress } from '../address.ts'
import type { Authentication } from './authentication.ts'
import { headerValues, type ParsedMail } from './parsed-mail.ts'
import { isSameOrParent, readReceiverHeader } from './receiver-header.ts'

/** Answers like `dns.promises.resolve`. */
export type DnsResolver = (name: string, type: string) => Promise<unknown>

export type AuthenticationSetting =
  | { readonly method: 'none' }
  /** `authservId` is the name our receiver gives itself in its Authentication-Results, such as `mx.google.com`. */
  | { readonly method: 'receiver-header'; readonly authservId: string }
  | {
      readonly method: 'mailauth'
      readonly resolver?: DnsResolver
      readonly timeoutMs?: number
      /** Who handed the mail over, where our own server took it: without it there is no SPF. */
      readonly client?: { readonly ip: string; readonly helo: string; readonly mailFrom: string }
    }

/** A name server that does not answer is asked several times within it; the mail can wait for an agent then. */
const TIMEOUT_MS = 10_000
/** Each may cost a question to a name server of the sender's choice. */
const MOST_SIGNATURES = 10
const SHORTEST_KEY_BITS = 1_024

/** What is known of who sent a mail. Never rejects: what cannot be found out is `none`. */
export async function authenticate(
  mail: ParsedMail,
  raw: Uint8Array,
  setting: AuthenticationSetting,
): Promise<Authentication> {
  const from = mail.from.length === 1 && mail.isFromPlain ? normaliseAddress(mail.from[0]?.address ?? '') : null
  const { method } = setting
  const domain = from === null ? null : (splitAddress(from)?.domain ?? null)
  const unclear = unclearSender(mail, from)
  if (from === null || domain === null || unclear !== null)
    return { from, aligned: method === 'none' ? 'none' : 'fail', method, details: unclear ?? 'there is no one sender' }
  if (method === 'none') return { from, aligned: 'none', method, details: 'senders are not checked' }
  if (method === 'receiver-header') {
    const found = readReceiverHeader(mail, setting.authservId, domain)
    return { from, method, ...(found ?? { aligned: 'none', details: `no result of ${setting.authservId}` }) }
  }
  if (headerValues(mail, 'dkim-signature').length > MOST_SIGNATURES)
    return { from, aligned: 'none', method, details: 'it has too many signatures' }
  const late = { aligned: 'none', details: 'the sender could not be checked in time' } as const
  const failed = { aligned: 'none', details: 'the sender could not be checked' } as const
  const found = await inTime(check(raw, domain, setting), setting.timeoutMs ?? TIMEOUT_MS, late, failed)
  return { from, method, ...found }
}

/** What makes a reader see another sender than the one that is checked. */
function unclearSender(mail: ParsedMail, from: string | null): string | null {
  const [only] = mail.from
  if (mail.from.length === 0) return 'it names no sender'
  if (mail.from.length > 1) return 'it names several senders'
  if (from === null || only === undefined) return 'its From header is not one address'
  if (mail.sender !== null && normaliseAddress(mail.sender.address) !== from) return 'Sender is not From'
  const shown = only.name.split(/[\s<>()"',;]+/).filter((word) => /.@./.test(word))
  return shown.some((word) => normaliseAddress(word) !== from) ? 'the name shows another address' : null
}

type Found = Pick<Authentication, 'aligned' | 'details'>

async function inTime(checking: Promise<Found>, timeoutMs: number, late: Found, failed: Found): Promise<Found> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<Found>((done) => (timer = setTimeout(() => done(late), timeoutMs)))
  try {
    return await Promise.race([checking.catch(() => failed), timeout])
  } finally {
    clearTimeout(timer)
  }
}

async function check(
  raw: Uint8Array,
  domain: string,
  { resolver = resolve, client }: Extract<AuthenticationSetting, { method: 'mailauth' }>,
): Promise<Found> {
  // Loaded when first needed: it is large, and most commands and installations never ask for it.
  const { authenticate: verify } = await import('mailauth')
  const { dkim, spf, dmarc, arc } = await verify(Buffer.from(raw), {
    resolver,
    ...(client === undefined ? {} : { ip: client.ip, helo: client.helo, sender: client.mailFrom }),
    disableBimi: true,
    minBitLength: SHORTEST_KEY_BITS,
  })
  const signatures = dkim.results.map(({ signingDomain, status }) => ({
    domain: signingDomain ?? '',
    result: status.result,
    // A signature over a part of the body lets anybody add the rest.
    isWhole: (status.underSized ?? 0) === 0,
  }))
  const policy = dmarc === false || dmarc === undefined ? 'none' : dmarc.status.result
  const details = [
    ...signatures.map(
      (signature) => `dkim=${signature.result}${signature.isWhole ? '' : ' (in part)'} ${signature.domain}`,
    ),
    ...(client === undefined || spf === false || spf === undefined ? [] : [`spf=${spf.status.result}`]),
    `dmarc=${policy}`,
    ...(arc === false || arc === undefined ? [] : [`arc=${arc.status.result}`]),
  ].join(', ')
  const isSigned = signatures.some(
    (signature) => signature.result === 'pass' && signature.isWhole && isSameOrParent(signature.domain, domain),
  )
  const isFromServer =
    client !== undefined &&
    spf !== false &&
    spf?.status.result === 'pass' &&
    isSameOrParent(splitAddress(client.mailFrom)?.domain ?? '', domain)
  if (policy === 'fail') return { aligned: 'fail', details }
  const isInPart = signatures.some(({ result, isWhole }) => result === 'pass' && !isWhole)
  if (isSigned || isFromServer || (policy === 'pass' && !isInPart)) return { aligned: 'pass', details }
  return { aligned: signatures.some(({ result }) => result === 'fail') ? 'fail' : 'none', details }
}
