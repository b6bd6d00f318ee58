// Who may post mail into a mailbox: who knows its token, or signs with its key. The token fits into what every mail service
// can do (a name and password in the URL); a signature also holds for the body, and for five minutes.

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { hashToken } from '../../auth/hash.ts'

/** The secrets of a mailbox that is fed over HTTP. */
export interface InboundMailbox {
  readonly id: string
  /** Of 256 random bits, as `hashToken` gives it; `null`: there is none. */
  readonly tokenHash: string | null
  /** What bodies are signed with; `null`: nothing is. The server computes with it, so it is kept as it is. */
  readonly signingKey: string | null
}

/** Clocks differ, and mail services are in no hurry. */
const SIGNATURE_TOLERANCE_MS = 5 * 60_000

/** `Pendopo-Signature: t=1700000000,v1=<hex>`: seconds, and HMAC-SHA256 over them, a dot and the body. */
const SIGNATURE = /^t=(\d{1,12}),v1=([\da-f]{64})$/

/** Compared with where there is no mailbox, so that this takes as long as any other. */
const NOBODY = hashToken('')

/** Whether the request brings the token, in `Authorization: Bearer` or as the password of `Basic`. */
export function hasToken({ authorization = '' }: IncomingHttpHeaders, mailbox: InboundMailbox | null): boolean {
  const token = tokenIn(authorization)
  const wanted = mailbox?.tokenHash ?? NOBODY
  const isRight = isSame(hashToken(token), wanted)
  return isRight && token !== '' && typeof mailbox?.tokenHash === 'string'
}

function tokenIn(authorization: string): string {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return value
  const pair = Buffer.from(value, 'base64').toString()
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : ''
}

/** A signature that is of now, by somebody; `undefined` where there is none. */
export interface Signature {
  /** Whether it is the mailbox's and of this body. */
  isOf(body: Buffer, mailbox: InboundMailbox | null): boolean
}

export function readSignature(headers: IncomingHttpHeaders, now: number): Signature | undefined {
  const header = headers['pendopo-signature']
  const [, seconds, given = ''] = SIGNATURE.exec(typeof header === 'string' ? header : '') ?? []
  if (seconds === undefined || Math.abs(now - Number(seconds) * 1_000) > SIGNATURE_TOLERANCE_MS) return undefined
  return {
    isOf(body, mailbox) {
      const key = mailbox?.signingKey ?? ''
      const wanted = createHmac('sha256', key).update(`${seconds}.`).update(body).digest('hex')
      return isSame(given, wanted) && key !== ''
    },
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
