// The mail account of each site: settings as an admin set them, sealed in the database. What is read often is remembered for
// a second, so that a change is there when whoever made it looks.

import { randomBytes } from 'node:crypto'
import type { MailSettings, MailSettingsView } from '@pendopo/protocol'
import { hashToken } from '../../auth/hash.ts'
import type { CellStore } from '../../store/cells.ts'
import type { Site } from '../../store/store.ts'
import type { InboundMailbox } from '../intake/intake-proof.ts'
import type { MailSecrets } from './mail-secrets.ts'

export interface MailAccount {
  readonly site: string
  readonly workspace: string
  readonly settings: MailSettings
  /** Where this server is reached, as the admin who saved this reached it: for links in mails. */
  readonly baseUrl: string
  /** For mails that a mail service posts. */
  readonly inbound: InboundMailbox
}

export interface SavedAccount {
  readonly account: MailAccount
  /** The token for mails that are posted: told here and never again. */
  readonly inboundToken: string | null
}

export interface MailAccounts {
  find(site: string): Promise<MailAccount | null>
  all(): Promise<readonly MailAccount[]>
  byInboundKey(key: string): Promise<MailAccount | null>
  /** Keeps the stored secrets where the new settings name none. */
  save(site: Pick<Site, 'id' | 'workspace'>, settings: MailSettings, baseUrl: string): Promise<SavedAccount>
  remove(site: string): Promise<void>
  /** Resolves with a new token for mails that are posted, in place of the one before; `null` where the site has no mail. */
  renewInboundToken(site: string): Promise<string | null>
  /** The settings with the secrets that are stored: for a test of what was not saved yet. */
  complete(site: string, settings: MailSettings): Promise<MailSettings>
}

const SCOPE = 'mail-account'
const FRESH_MS = 1_000

interface Needs {
  readonly cells: CellStore
  readonly secrets: MailSecrets
  readonly now: () => number
}

const newToken = (): string => randomBytes(32).toString('base64url')

export function createMailAccounts({ cells, secrets, now }: Needs): MailAccounts {
  let loading: Promise<readonly MailAccount[]> | undefined
  let loadedAt = Number.NEGATIVE_INFINITY

  // Sealed with another secret: it is as good as none, and saving it anew mends it.
  const load = async () => [...(await readMailAccounts(cells, secrets)).values()].flatMap((account) => account ?? [])

  function all(): Promise<readonly MailAccount[]> {
    if (loading !== undefined && now() - loadedAt < FRESH_MS) return loading
    loadedAt = now()
    const attempt = load()
    loading = attempt
    attempt.catch(() => {
      if (loading === attempt) loading = undefined
    })
    return attempt
  }

  const find = async (site: string) => (await all()).find((account) => account.site === site) ?? null
  const forget = () => void (loading = undefined)

  async function write(site: string, after: string | null): Promise<void> {
    // Two admins at once: the later one wins, as on any form.
    while (!(await cells.swap(SCOPE, site, await cells.get(SCOPE, site), after)));
    forget()
  }

  const complete = async (site: string, settings: MailSettings) => withSecretsOf((await find(site))?.settings, settings)

  return {
    all,
    find,
    complete,
    byInboundKey: async (key) => (await all()).find(({ inbound }) => inbound.id === key) ?? null,
    async save({ id, workspace }, settings, baseUrl) {
      const before = await find(id)
      const token = before === null ? newToken() : null
      const inbound = before?.inbound ?? { id: randomBytes(12).toString('hex'), ...proofsOf(token ?? '') }
      const account = { site: id, workspace, settings: await complete(id, settings), baseUrl, inbound }
      await write(id, secrets.seal(JSON.stringify(account)))
      return { account, inboundToken: token }
    },
    remove: (site) => write(site, null),
    async renewInboundToken(site) {
      const account = await find(site)
      if (account === null) return null
      const token = newToken()
      const inbound = { ...account.inbound, ...proofsOf(token) }
      await write(site, secrets.seal(JSON.stringify({ ...account, inbound })))
      return token
    },
  }
}

/** Whoever has the token sends it, or signs with it and keeps it. The account that holds them is sealed as a whole. */
const proofsOf = (token: string) => ({ tokenHash: hashToken(token), signingKey: token })

/** The accounts of all sites that have one; `null` where its settings were sealed with another secret, or there is none. */
export async function readMailAccounts(
  cells: Pick<CellStore, 'all'>,
  secrets: Pick<MailSecrets, 'open'> | null,
): Promise<ReadonlyMap<string, MailAccount | null>> {
  const open = (sealed: string) => {
    const text = secrets?.open(sealed) ?? null
    return text === null ? null : toAccount(text)
  }
  return new Map(Array.from(await cells.all(SCOPE), ([site, sealed]) => [site, open(sealed)]))
}

/** Written by us from checked values. */
const toAccount = (json: string): MailAccount => JSON.parse(json)

function withSecretsOf(stored: MailSettings | undefined, settings: MailSettings): MailSettings {
  if (stored === undefined) return settings
  const { smtp, imap, dkim } = settings
  return {
    ...settings,
    smtp: withSecret(stored.smtp, smtp),
    imap: imap === null || stored.imap === null ? imap : withSecret(stored.imap, imap),
    dkim: dkim === null || stored.dkim === null ? dkim : { ...pick(stored.dkim, 'privateKey'), ...dkim },
  }
}

/** A password goes to the host it was typed for, and to no other. */
function withSecret<Endpoint extends MailSettings['smtp']>(stored: MailSettings['smtp'], typed: Endpoint): Endpoint {
  if (stored.host !== typed.host || stored.user !== typed.user) return typed
  const { oauth } = typed
  return {
    ...(oauth === undefined ? pick(stored, 'password') : {}),
    ...typed,
    ...(oauth !== undefined &&
      stored.oauth?.tokenUrl === oauth.tokenUrl && {
        oauth: { ...pick(stored.oauth, 'clientSecret'), ...pick(stored.oauth, 'refreshToken'), ...oauth },
      }),
  }
}

const pick = <Value extends object, Key extends keyof Value>(value: Value, key: Key): Partial<Pick<Value, Key>> =>
  value[key] === undefined ? {} : ({ [key]: value[key] } as Pick<Value, Key>)

/** The settings as an admin sees them. */
export function toMailSettingsView(
  { settings, baseUrl, inbound }: MailAccount,
  trouble: MailSettingsView['trouble'],
): MailSettingsView {
  const shown = ({ host, port, security, user, password, oauth }: MailSettings['smtp']) => ({
    ...{ host, port, security },
    ...(user !== undefined && { user }),
    ...(oauth !== undefined && { oauth: { tokenUrl: oauth.tokenUrl, clientId: oauth.clientId } }),
    hasSecret: (oauth === undefined ? password : oauth.refreshToken) !== undefined,
  })
  const { address, name, fallback, delayMinutes, plainReplies, smtp, imap, authentication, authservId, dkim } = settings
  return {
    address,
    ...(name !== undefined && { name }),
    ...{ fallback, delayMinutes, smtp: shown(smtp) },
    ...(plainReplies === true && { plainReplies }),
    imap: imap === null ? null : { ...shown(imap), ...(imap.folder !== undefined && { folder: imap.folder }) },
    authentication,
    ...(authservId !== undefined && { authservId }),
    dkim:
      dkim === null
        ? null
        : { ...{ domain: dkim.domain, selector: dkim.selector }, hasSecret: dkim.privateKey !== undefined },
    incomingUrl: `${baseUrl}/mail/in/${inbound.id}`,
    trouble,
  }
}
