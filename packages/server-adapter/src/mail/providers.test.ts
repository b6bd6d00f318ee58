import { expect, test } from 'vitest'
import { MAIL_PROVIDERS, providerOf } from './providers.ts'

test('[EM64] each provider has servers with encryption, and says what to do', () => {
  expect(MAIL_PROVIDERS.map(({ id }) => id)).toEqual([
    'google',
    'microsoft-365',
    'outlook',
    'yahoo',
    'icloud',
    'zoho',
    'fastmail',
    'amazon-ses',
    'postmark',
    'sendgrid',
    'mailgun',
    'brevo',
  ])
  for (const { smtp, imap, loginAdvice, senderAdvice } of MAIL_PROVIDERS) {
    expect([`465 tls`, `587 starttls`]).toContain(`${smtp.port} ${smtp.tls}`)
    if (imap !== null) expect(imap).toMatchObject({ port: 993, tls: 'tls' })
    for (const advice of [loginAdvice, senderAdvice]) expect(advice).toMatch(/^[A-Z].{30,}\.$/)
  }
})

test('[EM64] a provider is known by its servers and by addresses', () => {
  for (const provider of MAIL_PROVIDERS) expect(providerOf(provider.smtp.host)?.smtp).toEqual(provider.smtp)
  expect(providerOf('email-smtp.ap-southeast-2.amazonaws.com')?.id).toBe('amazon-ses')
  expect(providerOf('smtp.eu.mailgun.org.')?.id).toBe('mailgun')
  expect(providerOf('Ayu@GMail.com')?.id).toBe('google')
  expect(providerOf('ayu@acme.example')).toBeNull()
  expect(providerOf('evilgmail.com')).toBeNull()
  expect(providerOf('smtp.gmail.com.evil.example')).toBeNull()
})
