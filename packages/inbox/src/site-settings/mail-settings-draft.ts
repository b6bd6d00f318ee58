// The mail settings as a form holds them: everything is text, and a secret that is stored is only known to be there.

import type { MailProvider, MailSettings, MailSettingsView } from '@pendopo/sdk/inbox'

export interface EndpointDraft {
  readonly host: string
  readonly port: string
  readonly security: MailSettings['smtp']['security']
  readonly user: string
  readonly proof: 'password' | 'oauth'
  readonly password: string
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly folder: string
  /** One is stored: it stays where nothing is typed. */
  readonly hasSecret: boolean
}

export interface MailSettingsDraft {
  readonly address: string
  readonly name: string
  readonly fallback: boolean
  readonly delayMinutes: string
  readonly plainReplies: boolean
  readonly smtp: EndpointDraft
  readonly hasImap: boolean
  readonly imap: EndpointDraft
  readonly authentication: MailSettings['authentication']
  readonly authservId: string
  readonly hasDkim: boolean
  readonly dkim: {
    readonly domain: string
    readonly selector: string
    readonly privateKey: string
    readonly hasSecret: boolean
  }
}

const endpoint = (port: string, known: MailSettingsView['imap'] = null): EndpointDraft => ({
  host: known?.host ?? '',
  port: known === null ? port : String(known.port),
  security: known?.security ?? 'tls',
  user: known?.user ?? '',
  proof: known?.oauth === undefined ? 'password' : 'oauth',
  password: '',
  tokenUrl: known?.oauth?.tokenUrl ?? '',
  clientId: known?.oauth?.clientId ?? '',
  clientSecret: '',
  refreshToken: '',
  folder: known?.folder ?? '',
  hasSecret: known?.hasSecret ?? false,
})

/** Most who are still on the page have read by then, and most who have left have not come back. */
const QUIET_MINUTES = 3

/** What the form begins with. */
export function toMailDraft(view: MailSettingsView | null): MailSettingsDraft {
  return {
    address: view?.address ?? '',
    name: view?.name ?? '',
    fallback: view?.fallback ?? true,
    delayMinutes: String(view?.delayMinutes ?? QUIET_MINUTES),
    plainReplies: view?.plainReplies ?? false,
    smtp: endpoint('465', view?.smtp),
    hasImap: view === null || view.imap !== null,
    imap: endpoint('993', view?.imap),
    authentication: view?.authentication ?? 'mailauth',
    authservId: view?.authservId ?? '',
    hasDkim: view !== null && view.dkim !== null,
    dkim: {
      domain: view?.dkim?.domain ?? '',
      selector: view?.dkim?.selector ?? '',
      privateKey: '',
      hasSecret: view?.dkim?.hasSecret ?? false,
    },
  }
}

/** A provider's servers, in place of those that are there; a secret of theirs would not open these. */
export function withProvider(draft: MailSettingsDraft, { smtp, imap }: MailProvider): MailSettingsDraft {
  const at = (before: EndpointDraft, server: NonNullable<MailProvider['smtp']>): EndpointDraft => ({
    ...before,
    ...{ host: server.host, port: String(server.port), security: server.security },
    hasSecret: before.hasSecret && before.host === server.host,
  })
  return {
    ...draft,
    ...(smtp !== undefined && { smtp: at(draft.smtp, smtp) }),
    ...(imap !== undefined && { hasImap: true, imap: at(draft.imap, imap) }),
  }
}

/** What the server is told: nothing for a secret that was not typed. */
export function toMailSettings(draft: MailSettingsDraft): MailSettings {
  const { smtp, imap, dkim } = draft
  // Providers have one password for both; whoever typed it once need not type it again.
  const shared = imap.password === '' && !imap.hasSecret ? { ...imap, password: smtp.password } : imap
  return {
    address: draft.address.trim(),
    ...filled('name', draft.name),
    fallback: draft.fallback,
    delayMinutes: Number(draft.delayMinutes),
    ...(draft.plainReplies && { plainReplies: true }),
    smtp: toEndpoint(smtp),
    imap: draft.hasImap ? { ...toEndpoint(shared), ...filled('folder', imap.folder) } : null,
    authentication: draft.authentication,
    ...(draft.authentication === 'receiver-header' && filled('authservId', draft.authservId)),
    dkim: draft.hasDkim
      ? { domain: dkim.domain.trim(), selector: dkim.selector.trim(), ...filled('privateKey', dkim.privateKey) }
      : null,
  }
}

function toEndpoint(draft: EndpointDraft): MailSettings['smtp'] {
  const { host, port, security, user, proof, password, tokenUrl, clientId, clientSecret, refreshToken } = draft
  return {
    host: host.trim(),
    port: Number(port),
    security,
    ...filled('user', user),
    ...(proof === 'password' && password !== '' && { password }),
    ...(proof === 'oauth' && {
      oauth: {
        ...{ tokenUrl: tokenUrl.trim(), clientId: clientId.trim() },
        ...filled('clientSecret', clientSecret),
        ...filled('refreshToken', refreshToken),
      },
    }),
  }
}

/** The key with what was typed, or nothing. */
const filled = <Key extends string>(key: Key, typed: string): { readonly [K in Key]?: string } =>
  typed.trim() === '' ? {} : ({ [key]: typed.trim() } as { readonly [K in Key]?: string })
