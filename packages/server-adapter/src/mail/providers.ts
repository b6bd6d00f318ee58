// The large mail providers: how to reach them, and what it usually is when their login or their sender check fails. Facts
// are those of their documentation in 2026; hosts and ports change seldom, rules about passwords do. Used to fill in the
// settings screen and to say what to do; nothing depends on a provider being listed here.

export interface MailServer {
  readonly host: string
  readonly port: number
  readonly tls: 'tls' | 'starttls'
}

export interface MailProvider {
  readonly id: string
  readonly name: string
  /** What mail addresses end in, where that tells the provider. */
  readonly domains: readonly string[]
  /** What its servers' names end in. */
  readonly hosts: readonly string[]
  readonly smtp: MailServer
  /** `null`: it sends only. */
  readonly imap: MailServer | null
  /** What to do when the login is refused. */
  readonly loginAdvice: string
  /** What to do when the login works and the sender is refused. */
  readonly senderAdvice: string
  /** Known to give each mail a Message-ID of its own: answers then refer to an id that we did not write. */
  readonly replacesMessageId: boolean
}

const tls = (host: string, port = 465): MailServer => ({ host, port, tls: 'tls' })
const starttls = (host: string, port = 587): MailServer => ({ host, port, tls: 'starttls' })
const imap = (host: string): MailServer => ({ host, port: 993, tls: 'tls' })

const OWN_ADDRESS = 'Send from the address of the account, or from one that the account has confirmed as an alias.'
const CONFIRMED_DOMAIN = 'Confirm the domain (or this one address) as a sender in the account, then try again.'

export const MAIL_PROVIDERS: readonly MailProvider[] = [
  {
    id: 'google',
    name: 'Gmail and Google Workspace',
    domains: ['gmail.com', 'googlemail.com'],
    hosts: ['gmail.com', 'googlemail.com', 'google.com'],
    smtp: tls('smtp.gmail.com'),
    imap: imap('imap.gmail.com'),
    loginAdvice:
      'The password of the account does not work here. Turn on 2-Step Verification, make an app password at myaccount.google.com/apppasswords and use its 16 letters, or use OAuth2. An app password ends when the password of the account is changed. In Google Workspace an administrator can forbid both.',
    senderAdvice: OWN_ADDRESS,
    replacesMessageId: false,
  },
  {
    id: 'microsoft-365',
    name: 'Microsoft 365',
    domains: [],
    hosts: ['office365.com'],
    smtp: starttls('smtp.office365.com'),
    imap: imap('outlook.office365.com'),
    loginAdvice:
      'Authenticated SMTP is off for new organisations and under security defaults (“535 5.7.139”). An administrator turns it on for the mailbox: Microsoft 365 admin centre, Users, the mailbox, Mail, Manage email apps, Authenticated SMTP. Microsoft is ending passwords for SMTP and has ended them for IMAP: use OAuth2 with the permissions SMTP.Send and IMAP.AccessAsUser.All.',
    senderAdvice: 'The mailbox that logs in needs the right “Send as” for this address.',
    replacesMessageId: true,
  },
  {
    id: 'outlook',
    name: 'Outlook.com',
    domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'],
    hosts: ['outlook.com', 'hotmail.com', 'live.com'],
    smtp: starttls('smtp-mail.outlook.com'),
    imap: imap('outlook.office365.com'),
    loginAdvice:
      'Outlook.com takes OAuth2 only, and neither passwords nor app passwords. For reading, allow IMAP in its settings: Mail, Forwarding and IMAP.',
    senderAdvice: OWN_ADDRESS,
    replacesMessageId: true,
  },
  {
    id: 'yahoo',
    name: 'Yahoo Mail',
    domains: ['yahoo.com', 'ymail.com', 'rocketmail.com', 'yahoo.co.uk', 'yahoo.co.id', 'yahoo.fr', 'yahoo.de'],
    hosts: ['mail.yahoo.com'],
    smtp: tls('smtp.mail.yahoo.com'),
    imap: imap('imap.mail.yahoo.com'),
    loginAdvice:
      'The password of the account does not work here. Make an app password (Account info, Security, App passwords) and use it with the full address as user name.',
    senderAdvice: OWN_ADDRESS,
    replacesMessageId: false,
  },
  {
    id: 'icloud',
    name: 'iCloud Mail',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    hosts: ['mail.me.com', 'mail.icloud.com'],
    smtp: starttls('smtp.mail.me.com'),
    imap: imap('imap.mail.me.com'),
    loginAdvice:
      'Apple takes an app-specific password only: make one at account.apple.com, Sign-In and Security. The user name for SMTP is the full address; for IMAP it is the part before the @, or the full address where that does not work.',
    senderAdvice: OWN_ADDRESS,
    replacesMessageId: false,
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    domains: ['zohomail.com', 'zoho.com', 'zohomail.eu', 'zohomail.in'],
    hosts: ['zoho.com', 'zoho.eu', 'zoho.in', 'zoho.com.au', 'zoho.jp', 'zohocloud.ca', 'zoho.sa'],
    smtp: tls('smtppro.zoho.com'),
    imap: imap('imappro.zoho.com'),
    loginAdvice:
      'The servers are those of the region where the account is: smtppro.zoho.com, .eu, .in, .com.au, .jp; addresses at zohomail.com have smtp. and imap. instead of smtppro. and imappro. With two-factor sign-in use an application-specific password. IMAP has to be allowed in the settings of the mail account, and free plans may not have it.',
    senderAdvice: OWN_ADDRESS,
    replacesMessageId: false,
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    domains: ['fastmail.com', 'fastmail.fm'],
    hosts: ['fastmail.com'],
    smtp: tls('smtp.fastmail.com'),
    imap: imap('imap.fastmail.com'),
    loginAdvice:
      'Fastmail takes app passwords only: make one for mail under Settings, Privacy & Security, and use the full address of the account as user name.',
    senderAdvice: 'Add the address as a sending identity of the account.',
    replacesMessageId: false,
  },
  {
    id: 'amazon-ses',
    name: 'Amazon SES',
    domains: [],
    hosts: ['amazonaws.com', 'awsapps.com'],
    smtp: starttls('email-smtp.us-east-1.amazonaws.com'),
    imap: null,
    loginAdvice:
      'SMTP has credentials of its own, for one region: make them in the SES console under SMTP settings. Access keys of AWS do not work, and the server has to be that of the same region. From EC2, port 25 is throttled; 587, 2587, 465 and 2465 are not.',
    senderAdvice:
      'Verify the domain or the address in SES, in this region. As long as the account is in the sandbox, recipients have to be verified too.',
    replacesMessageId: true,
  },
  {
    id: 'postmark',
    name: 'Postmark',
    domains: [],
    hosts: ['postmarkapp.com'],
    smtp: starttls('smtp.postmarkapp.com'),
    imap: null,
    loginAdvice:
      'User name and password are both the Server API token, or the access key and the secret key of an SMTP token. SMTP has to be on in the settings of the server.',
    senderAdvice: CONFIRMED_DOMAIN,
    replacesMessageId: true,
  },
  {
    id: 'sendgrid',
    name: 'SendGrid',
    domains: [],
    hosts: ['sendgrid.net'],
    smtp: starttls('smtp.sendgrid.net'),
    imap: null,
    loginAdvice: 'The user name is the word “apikey”; the password is an API key that may send mail.',
    senderAdvice: CONFIRMED_DOMAIN,
    replacesMessageId: false,
  },
  {
    id: 'mailgun',
    name: 'Mailgun',
    domains: [],
    hosts: ['mailgun.org'],
    smtp: starttls('smtp.mailgun.org'),
    imap: null,
    loginAdvice:
      'Each domain has SMTP credentials of its own (Domain settings, SMTP credentials); an API key does not work. Domains in the EU have smtp.eu.mailgun.org.',
    senderAdvice: CONFIRMED_DOMAIN,
    replacesMessageId: false,
  },
  {
    id: 'brevo',
    name: 'Brevo',
    domains: [],
    hosts: ['brevo.com', 'sendinblue.com'],
    smtp: starttls('smtp-relay.brevo.com'),
    imap: null,
    loginAdvice:
      'The user name is the SMTP login shown under SMTP & API, the password an SMTP key from there; an API key does not work.',
    senderAdvice: CONFIRMED_DOMAIN,
    replacesMessageId: false,
  },
]

/** The provider of a mail address or of a server's name, where it is a known one. */
export function providerOf(addressOrHost: string): MailProvider | null {
  const typed = addressOrHost.trim().toLowerCase().replace(/\.$/, '')
  const at = typed.lastIndexOf('@')
  if (at >= 0) {
    const domain = typed.slice(at + 1)
    return MAIL_PROVIDERS.find(({ domains }) => domains.includes(domain)) ?? null
  }
  return MAIL_PROVIDERS.find(({ hosts }) => hosts.some((host) => typed === host || typed.endsWith(`.${host}`))) ?? null
}
