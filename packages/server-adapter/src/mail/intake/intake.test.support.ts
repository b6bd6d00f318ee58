// A mailbox as tests want it: a real server's folder on one side, on the other what was taken of it.

import { pino } from 'pino'
import { vi } from 'vitest'
import type { Clock } from '../../readers/clock.ts'
import type { ImapPassword, ImapPlace } from './imap-settings.ts'
import type { FetchedFacts, MailboxReport, SetAside } from './intake-facts.ts'
import type { MailboxCursor } from './mailbox-place.ts'
import { watchMailbox, type WatchOptions } from './watch-mailbox.ts'

/** A mail that says which one it is, of at least this size. */
export function mail(name: string, bytes = 0): Buffer {
  const head = `From: visitor@example.org\r\nTo: support@example.com\r\nMessage-ID: <${name}@example.org>\r\nSubject: ${name}\r\n\r\n`
  return Buffer.from(`${head}${`${'.'.repeat(70)}\r\n`.repeat(Math.ceil(bytes / 72))}`)
}

export const nameOf = (raw: Buffer | null): string => /^Subject: (.*)\r$/m.exec(String(raw))?.[1] ?? ''

/** Hours in seconds: every wait is a thousandth. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms / 1_000)
    return () => clearTimeout(timer)
  },
}

export const settingsFor = (
  server: Omit<ImapPlace, 'tls'> & ImapPassword,
  port = server.port,
): ImapPlace & ImapPassword => ({
  host: server.host,
  port,
  tls: 'none',
  user: server.user,
  password: server.password,
})

export const quickly = (expectation: () => void | Promise<void>, timeout = 15_000): Promise<void> =>
  vi.waitFor(expectation, { timeout, interval: 5 })

export interface Kept {
  cursor: MailboxCursor | null
  readonly taken: { readonly name: string; readonly raw: Buffer; readonly facts: FetchedFacts }[]
  readonly aside: { readonly raw: Buffer | null; readonly why: SetAside }[]
  readonly reports: MailboxReport[]
}

export const createKept = (): Kept => ({ cursor: null, taken: [], aside: [], reports: [] })

/** Watches into memory. */
export function watchInto(kept: Kept, options: Pick<WatchOptions, 'settings'> & Partial<WatchOptions>) {
  return watchMailbox({
    mailbox: 'support',
    start: 'beginning',
    clock: hastyClock,
    logger: pino({ level: 'silent' }),
    random: () => 1,
    load: async () => kept.cursor,
    save: async (cursor) => {
      kept.cursor = cursor
    },
    take: async (raw, facts) => {
      kept.taken.push({ name: nameOf(raw), raw, facts })
    },
    setAside: async (raw, why) => {
      kept.aside.push({ raw, why })
    },
    onState: (report) => kept.reports.push(report),
    ...options,
  })
}

export const lastState = ({ reports }: Kept) => reports.at(-1)?.state
