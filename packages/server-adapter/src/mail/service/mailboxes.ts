// Watches the mailbox of every account that has one. Of several nodes one watches each, by a lease in the database; where the
// reading is, is there too. Accounts that come, change or go are noticed on a beat.

import { randomUUID } from 'node:crypto'
import type { MailSettingsView } from '@pendopo/protocol'
import type { Logger } from 'pino'
import type { Clock } from '../../readers/clock.ts'
import type { CellStore } from '../../store/cells.ts'
import type { MailboxCursor } from '../intake/mailbox-place.ts'
import type { Lease } from '../intake/lease.ts'
import { watchMailbox, type MailboxWatch } from '../intake/watch-mailbox.ts'
import type { TakeMail } from '../intake/take-mail.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { MailAccount, MailAccounts } from './mail-accounts.ts'
import { toImapSettings } from './server-settings.ts'

export interface Mailboxes {
  troubleOf(site: string): MailSettingsView['trouble']
  close(): Promise<void>
}

interface Needs {
  readonly accounts: Pick<MailAccounts, 'all'>
  readonly cells: CellStore
  readonly take: TakeMail
  readonly tokens: AccessTokens
  readonly clock: Clock
  readonly logger: Logger
}

const PLACE = 'mailbox-place'
const LEASE = 'mailbox-lease'
/** A change of the settings is in force when whoever made it has written a mail to try it. */
const BEAT_MS = 5_000
const LEASE_MS = 60_000
const RENEW_MS = 20_000

export function createMailboxes({ accounts, cells, take, tokens, clock, logger }: Needs): Mailboxes {
  const node = randomUUID()
  const watched = new Map<string, { readonly settings: string; readonly watch: MailboxWatch }>()
  const troubles = new Map<string, NonNullable<MailSettingsView['trouble']>>()
  let cancel = () => {}
  let isClosed = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    try {
      const present = new Map((await accounts.all()).map((account) => [account.site, account]))
      for (const [site, { settings, watch }] of watched) {
        const account = present.get(site)
        if (account !== undefined && keyOf(account) === settings) continue
        watched.delete(site)
        await watch.close()
      }
      for (const account of present.values()) if (!isClosed && !watched.has(account.site)) start(account)
    } catch (error) {
      logger.warn({ err: error }, 'unable to look for mailboxes')
    }
    if (!isClosed) cancel = clock.after(BEAT_MS, () => void (looking = look()))
  }

  function start(account: MailAccount): void {
    const { site } = account
    const settings = toImapSettings(account.settings, tokens)
    if (settings === null) return
    // Another folder, or another server, begins at its own end.
    const place = `${site} ${settings.host} ${settings.user} ${settings.folder ?? ''}`
    const watch = watchMailbox({
      ...{ mailbox: site, settings, clock, logger },
      lease: createLease(cells, site, node, clock),
      load: async () => toCursor(await cells.get(PLACE, place)),
      save: async (cursor) => {
        while (!(await cells.swap(PLACE, place, await cells.get(PLACE, place), JSON.stringify(cursor))));
      },
      take: async (raw) => void (await take(account, raw)),
      setAside: async (_raw, { reason, uid }) =>
        logger.error({ site, uid, reason: reason.kind }, 'a mail stays in the mailbox and is in no conversation'),
      onState: ({ state }) => {
        if (state.kind === 'refused') troubles.set(site, { step: 'imap', message: state.problem, at: clock.now() })
        else if (state.kind === 'retrying' && state.failures > 2)
          troubles.set(site, { step: 'imap', message: state.problem, at: clock.now() })
        else if (state.kind === 'watching' || state.kind === 'reading') troubles.delete(site)
      },
    })
    watched.set(site, { settings: keyOf(account), watch })
  }

  looking = look()
  return {
    troubleOf: (site) => troubles.get(site) ?? null,
    async close() {
      isClosed = true
      cancel()
      await looking
      await Promise.all([...watched.values()].map(({ watch }) => watch.close()))
      watched.clear()
    },
  }
}

/** What a watch depends on: with another of it, another one begins. */
const keyOf = ({ settings }: MailAccount): string => JSON.stringify(settings)

/** Written by us. */
const toCursor = (json: string | null): MailboxCursor | null => (json === null ? null : JSON.parse(json))

function createLease(cells: CellStore, mailbox: string, node: string, clock: Clock): Lease {
  const read = (value: string | null): { readonly node: string; readonly until: number } | null =>
    value === null ? null : JSON.parse(value)
  return {
    renewEveryMs: RENEW_MS,
    async acquire() {
      const before = await cells.get(LEASE, mailbox)
      const held = read(before)
      if (held !== null && held.node !== node && held.until > clock.now()) return false
      return cells.swap(LEASE, mailbox, before, JSON.stringify({ node, until: clock.now() + LEASE_MS }))
    },
    async release() {
      const before = await cells.get(LEASE, mailbox)
      if (read(before)?.node === node) await cells.swap(LEASE, mailbox, before, null)
    },
  }
}
