// What binds a mail to a conversation: a token in the reply address and in our Message-ID that only we can make. It names
// the conversation and is good for one recipient; a second kind, for return paths, is good for one mail. Whoever reads one
// still has to ask who wrote the mail: a token is known to everybody who was sent it.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { normaliseAddress } from './address.ts'
import { fromBase32, toBase32 } from './base32.ts'

export interface ReplyToken {
  readonly conversation: string
  /** Whether it was made for this address. */
  isFor(address: string): boolean
}

export interface ReturnPath {
  readonly conversation: string
  /** Whether it was made for the mail of this id. */
  isFor(mail: string): boolean
}

export interface ReplyTokens {
  /** A token of 52 lower-case letters and digits. Throws a TypeError where the conversation is no UUID or the recipient no address. */
  sign(conversation: string, recipient: string): string
  /** What a token says, or null where it is not ours: made with another secret, changed, or of the other kind. */
  read(token: string): ReplyToken | null
  /** The token of a return path: where the bounce of one mail goes. */
  signReturnPath(conversation: string, mail: string): string
  readReturnPath(token: string): ReturnPath | null
}

const UUID_BYTES = 16
/** Tells recipients apart within a conversation: a clash of two is one in 2^48, and the signature is not weakened by it. */
const TAG_BYTES = 6
/** 80 bits: to be guessed online, mail by mail. */
const SIGNATURE_BYTES = 10
const TOKEN_BYTES = UUID_BYTES + TAG_BYTES + SIGNATURE_BYTES
export const TOKEN_LETTERS = Math.ceil((TOKEN_BYTES * 8) / 5)
const TOKEN = new RegExp(`^[a-z2-7]{${TOKEN_LETTERS}}$`)
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const SHORTEST_SECRET_BYTES = 16

type Kind = 'reply' | 'return-path'

/** Tokens under one secret of at least 16 bytes; whoever knows it can write into every conversation by mail. */
export function createReplyTokens(secret: Uint8Array | string): ReplyTokens {
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
  if (bytes.length < SHORTEST_SECRET_BYTES)
    throw new TypeError(`unable to sign reply addresses; the secret has fewer than ${SHORTEST_SECRET_BYTES} bytes`)
  // One key per use, so that what is made for one never holds for another.
  const keyOf = (use: string) => createHmac('sha256', bytes).update(`pendopo mail 1 ${use}`).digest()
  const keys = {
    reply: { tag: keyOf('recipient'), signature: keyOf('reply') },
    'return-path': { tag: keyOf('mail'), signature: keyOf('return path') },
  }
  const tagOf = (kind: Kind, subject: string) =>
    createHmac('sha256', keys[kind].tag).update(subject).digest().subarray(0, TAG_BYTES)
  const signatureOf = (kind: Kind, signed: Uint8Array) =>
    createHmac('sha256', keys[kind].signature).update(signed).digest().subarray(0, SIGNATURE_BYTES)

  function make(kind: Kind, conversation: string, subject: string): string {
    if (!UUID.test(conversation))
      throw new TypeError(`unable to sign a reply address; ${JSON.stringify(conversation)} is no id of a conversation`)
    const signed = Buffer.concat([Buffer.from(conversation.replaceAll('-', ''), 'hex'), tagOf(kind, subject)])
    return toBase32(Buffer.concat([signed, signatureOf(kind, signed)]))
  }

  function open(kind: Kind, token: string) {
    const all = fromBase32(token, TOKEN_BYTES)
    if (all === null) return null
    const signed = all.subarray(0, UUID_BYTES + TAG_BYTES)
    if (!timingSafeEqual(all.subarray(UUID_BYTES + TAG_BYTES), signatureOf(kind, signed))) return null
    const tag = signed.subarray(UUID_BYTES)
    return {
      conversation: toUuid(signed.subarray(0, UUID_BYTES)),
      isTagOf: (subject: string) => timingSafeEqual(tag, tagOf(kind, subject)),
    }
  }

  return {
    sign(conversation, recipient) {
      const address = normaliseAddress(recipient)
      if (address === null)
        throw new TypeError(`unable to sign a reply address; ${JSON.stringify(recipient)} is no mail address`)
      return make('reply', conversation, address)
    },
    read(token) {
      const opened = open('reply', token)
      if (opened === null) return null
      const isFor = (address: string) => {
        const normalised = normaliseAddress(address)
        return normalised !== null && opened.isTagOf(normalised)
      }
      return { conversation: opened.conversation, isFor }
    },
    signReturnPath: (conversation, mail) => make('return-path', conversation, mail),
    readReturnPath(token) {
      const opened = open('return-path', token)
      return opened === null ? null : { conversation: opened.conversation, isFor: opened.isTagOf }
    },
  }
}

function toUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** What looks like a token, in lower case: only `read` says whether it is one. */
export const looksLikeToken = (text: string): boolean => TOKEN.test(text)
