// How a site sends and receives mail, as an admin sets it and as it is shown. Secrets go in and never come out: where one
// is left out, the stored one stays.

import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { MailAddress, SiteId, storableText } from './primitives.ts'

const Host = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'a host, such as smtp.example.com'),
)
const Port = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(65_535))
const Secret = v.pipe(v.string(), v.minLength(1, 'not empty'), v.maxLength(8_192))
const Name = v.pipe(storableText(LIMITS.nameLength), v.trim(), v.minLength(1, 'not empty'))

const endpoint = {
  host: Host,
  port: Port,
  /** Encrypted from the start, after STARTTLS (which is then required), or not at all. */
  security: v.picklist(['tls', 'starttls', 'none']),
  /** Default: the mail address. */
  user: v.optional(storableText(LIMITS.addressLength)),
  password: v.optional(Secret),
  /** In place of a password. */
  oauth: v.optional(
    v.object({
      tokenUrl: v.pipe(v.string(), v.url('the address that gives tokens'), v.startsWith('https://', 'https')),
      clientId: storableText(500),
      clientSecret: v.optional(Secret),
      refreshToken: v.optional(Secret),
    }),
  ),
} as const

/** Body of `PUT /api/agent/sites/{site}/mail`. */
export const MailSettings = v.object({
  /** Mails come from here, and are answered to here. */
  address: MailAddress,
  /** What stands before it; default: the site's name. */
  name: v.optional(Name),
  /** Answers that a visitor has not read are mailed. Off where another inbox mails for this site. */
  fallback: v.boolean(),
  /** Quiet minutes after the last answer before a mail leaves. */
  delayMinutes: v.pipe(v.number(), v.minValue(1), v.maxValue(60)),
  /** The mailbox takes no address with a `+`: mails are answered to the plain one, and known by their Message-ID alone. */
  plainReplies: v.optional(v.boolean()),
  smtp: v.object(endpoint),
  /** Where answers are fetched; `null`: they come over HTTP, or not at all. */
  imap: v.nullable(v.object({ ...endpoint, folder: v.optional(storableText(LIMITS.nameLength)) })),
  /** How a sender is verified: by us, by what the receiving server wrote (`authservId`), or not at all. */
  authentication: v.picklist(['mailauth', 'receiver-header', 'none']),
  authservId: v.optional(Host),
  dkim: v.nullable(v.object({ domain: Host, selector: Host, privateKey: v.optional(Secret) })),
})
export type MailSettings = v.InferOutput<typeof MailSettings>

const shown = v.object({
  host: v.string(),
  port: v.number(),
  security: v.picklist(['tls', 'starttls', 'none']),
  user: v.optional(v.string()),
  oauth: v.optional(v.object({ tokenUrl: v.string(), clientId: v.string() })),
  folder: v.optional(v.string()),
  /** Whether a password or a token is stored. */
  hasSecret: v.boolean(),
})

/** The settings without their secrets. */
export const MailSettingsView = v.object({
  address: v.string(),
  name: v.optional(v.string()),
  fallback: v.boolean(),
  delayMinutes: v.number(),
  plainReplies: v.optional(v.boolean()),
  smtp: shown,
  imap: v.nullable(shown),
  authentication: v.picklist(['mailauth', 'receiver-header', 'none']),
  authservId: v.optional(v.string()),
  dkim: v.nullable(v.object({ domain: v.string(), selector: v.string(), hasSecret: v.boolean() })),
  /** Where a mail service delivers mails over HTTP; its secret is shown once, when it is made. */
  incomingUrl: v.string(),
  /** What was last heard of the servers: `null` where nothing is wrong. */
  trouble: v.nullable(v.object({ step: v.string(), message: v.string(), at: v.number() })),
})
export type MailSettingsView = v.InferOutput<typeof MailSettingsView>

/** Body of `POST /api/agent/sites` and `PATCH /api/agent/sites/{site}`. */
export const SiteChange = v.object({
  name: v.optional(Name),
  origins: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(300))), v.minLength(1, 'at least one'), v.maxLength(20)),
  ),
  config: v.optional(v.record(v.string(), v.unknown())),
})
export type SiteChange = v.InferOutput<typeof SiteChange>

/** A site as its settings show it. */
export const SiteView = v.object({
  id: SiteId,
  name: v.string(),
  /** As they are stored, which may be tidier than what was typed. */
  origins: v.array(v.string()),
  config: v.record(v.string(), v.unknown()),
  snippet: v.string(),
  mail: v.nullable(MailSettingsView),
})
export type SiteView = v.InferOutput<typeof SiteView>

/** One step of a test of a mail server; the first that fails is the last. */
export const CheckStep = v.object({
  step: v.string(),
  ok: v.boolean(),
  tookMs: v.number(),
  problem: v.optional(v.string()),
  advice: v.optional(v.string()),
})
export type CheckStep = v.InferOutput<typeof CheckStep>

/** Answer of `POST /api/agent/sites/{site}/mail/check`; `imap` is `null` where none is set. */
export const MailCheck = v.object({ smtp: v.array(CheckStep), imap: v.nullable(v.array(CheckStep)) })
export type MailCheck = v.InferOutput<typeof MailCheck>

const PresetServer = v.object({ host: v.string(), port: v.number(), security: v.picklist(['tls', 'starttls', 'none']) })

/** A provider whose servers are known. */
export const MailProvider = v.object({
  id: v.string(),
  name: v.string(),
  smtp: v.optional(PresetServer),
  imap: v.optional(PresetServer),
  /** What to know before logging in. */
  hint: v.string(),
})
export type MailProvider = v.InferOutput<typeof MailProvider>

/** A received mail in full: `GET /api/agent/conversations/{conversation}/mails/{message}`. */
export const OriginalMail = v.object({
  from: v.nullable(v.object({ address: v.string(), name: v.string() })),
  to: v.array(v.string()),
  cc: v.array(v.string()),
  subject: v.string(),
  date: v.nullable(v.number()),
  text: v.string(),
  /** As it came: it is shown after cleaning, in a frame that runs nothing and loads nothing. */
  html: v.nullable(v.string()),
  attachments: v.array(v.object({ name: v.string(), size: v.number() })),
})
export type OriginalMail = v.InferOutput<typeof OriginalMail>
