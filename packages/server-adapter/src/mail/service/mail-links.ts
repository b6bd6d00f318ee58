// The links of a mail. Each says what it is for and proves it: nothing is stored until one is used. What changes something
// takes a POST, since the programs that guard mailboxes open every link.

import type { MailSecrets } from './mail-secrets.ts'

/** A link that opens the conversation where it was: from another device too, once. */
export interface ResumeLink {
  readonly conversation: string
  readonly mail: string
  readonly expiresAt: number
}

export interface MailLinks {
  resume(link: ResumeLink): string
  readResume(token: string): ResumeLink | null
  stop(conversation: string): string
  readStop(token: string): string | null
  file(conversation: string, file: string, expiresAt: number): string
  readFile(token: string): { readonly conversation: string; readonly file: string; readonly expiresAt: number } | null
}

/** Words of ids and numbers: a dot is in none of them. */
const SEPARATOR = '.'

export function createMailLinks({ sign, isSigned }: Pick<MailSecrets, 'sign' | 'isSigned'>): MailLinks {
  const make = (use: string, ...words: readonly string[]) => [...words, sign(use, ...words)].join(SEPARATOR)
  const read = (use: string, token: string, count: number): readonly string[] | null => {
    const words = token.slice(0, 500).split(SEPARATOR)
    const signature = words.pop() ?? ''
    return words.length === count && isSigned(signature, use, ...words) ? words : null
  }
  return {
    resume: ({ conversation, mail, expiresAt }) => make('resume', conversation, mail, String(expiresAt)),
    readResume(token) {
      const [conversation = '', mail = '', expiresAt] = read('resume', token, 3) ?? []
      return expiresAt === undefined ? null : { conversation, mail, expiresAt: Number(expiresAt) }
    },
    stop: (conversation) => make('stop', conversation),
    readStop: (token) => read('stop', token, 1)?.[0] ?? null,
    file: (conversation, file, expiresAt) => make('file', conversation, file, String(expiresAt)),
    readFile(token) {
      const [conversation = '', file = '', expiresAt] = read('file', token, 3) ?? []
      return expiresAt === undefined ? null : { conversation, file, expiresAt: Number(expiresAt) }
    },
  }
}
