import { expect, it } from 'vitest'
import type { MailAccount } from '../service/mail-accounts.ts'
import { createPutOff } from './put-off.ts'

const account = (password: string): MailAccount => ({
  ...{ site: 'acme', workspace: 'w', baseUrl: 'https://chat.acme.example' },
  settings: {
    ...{ address: 'support@acme.example', fallback: true, delayMinutes: 3, imap: null, dkim: null },
    smtp: { host: 'smtp.acme.example', port: 465, security: 'tls', password },
    authentication: 'none',
  },
  inbound: { id: 'in', tokenHash: null, signingKey: null },
})

it('[EM166] a mail is put off until its time, or until the settings are others', () => {
  const putOff = createPutOff()
  expect(putOff.until('a', account('wrong'), 1_000)).toBeNull()
  putOff.note('a', account('wrong'), 5_000, 1_000)
  expect(putOff.until('a', account('wrong'), 4_999)).toBe(5_000)
  expect(putOff.until('b', account('wrong'), 4_999)).toBeNull()
  expect(putOff.until('a', account('right'), 4_999)).toBeNull()
  expect(putOff.until('a', account('wrong'), 5_000)).toBeNull()
})
