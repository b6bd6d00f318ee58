import { generateKeyPairSync } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { authenticate, type AuthenticationSetting, type DnsResolver } from './authenticate.ts'
import { readMail } from './parse-mail.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEY = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')

/** A name server with the keys and policies of toko.example and evil.example; everything else is not there. */
const RECORDS: Readonly<Record<string, string>> = {
  'k._domainkey.toko.example': `v=DKIM1; k=rsa; p=${KEY}`,
  'k._domainkey.evil.example': `v=DKIM1; k=rsa; p=${KEY}`,
  'k._domainkey.plain.example': `v=DKIM1; k=rsa; p=${KEY}`,
  '_dmarc.toko.example': 'v=DMARC1; p=reject',
  '_dmarc.evil.example': 'v=DMARC1; p=none',
  'toko.example': 'v=spf1 ip4:192.0.2.1 -all',
}
const resolver: DnsResolver = (name, type) => {
  const record = type === 'TXT' ? RECORDS[name] : undefined
  if (record !== undefined) return Promise.resolve([[record]])
  return Promise.reject(Object.assign(new Error(`queryTxt ENOTFOUND ${name}`), { code: 'ENOTFOUND' }))
}
const MAILAUTH = { method: 'mailauth', resolver } as const

async function sign(from: string, domain: string): Promise<string> {
  const dkim = {
    domainName: domain,
    keySelector: 'k',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', dkim })
  const { message } = await transport.sendMail({
    from,
    to: 'support@acme.example',
    subject: 'Halo',
    text: 'Apa kabar?',
  })
  return message.toString()
}
async function check(raw: string, setting: AuthenticationSetting) {
  const bytes = Buffer.from(raw)
  const reading = await readMail(bytes)
  if (reading.kind !== 'mail') throw new Error(reading.why)
  return authenticate(reading.mail, bytes, setting)
}

it('[EM30] a mail that the domain of its sender signed passes, and no other', async () => {
  const raw = await sign('Sari <sari@toko.example>', 'toko.example')
  expect(await check(raw, MAILAUTH)).toMatchObject({ from: 'sari@toko.example', aligned: 'pass', method: 'mailauth' })
  expect((await check(raw.replace('Apa kabar', 'Apa khabar'), MAILAUTH)).aligned).toBe('fail')
  expect((await check(raw.replace('Subject: Halo', 'Subject: Hola'), MAILAUTH)).aligned).toBe('fail')
  expect((await check(await sign('sari@toko.example', 'evil.example'), MAILAUTH)).aligned).toBe('fail')
  expect((await check('From: sari@toko.example\r\n\r\nHalo\r\n', MAILAUTH)).aligned).toBe('fail')
  // No policy: the signature of the domain itself is enough, and without one nobody knows.
  expect((await check(await sign('sari@plain.example', 'plain.example'), MAILAUTH)).aligned).toBe('pass')
  expect((await check('From: sari@plain.example\r\n\r\nHalo\r\n', MAILAUTH)).aligned).toBe('none')
})

it('[EM30] the server it came from vouches for it only where our own server took it', async () => {
  const raw =
    'Return-Path: <sari@toko.example>\r\nReceived: from x (x [192.0.2.1]) by y\r\nFrom: sari@toko.example\r\n\r\nHalo\r\n'
  const from = (ip: string) => ({ ...MAILAUTH, client: { ip, helo: 'mx.toko.example', mailFrom: 'sari@toko.example' } })
  expect((await check(raw, from('192.0.2.1'))).aligned).toBe('pass')
  expect((await check(raw, from('192.0.2.9'))).aligned).toBe('fail')
  expect((await check(raw, MAILAUTH)).aligned).toBe('fail')
})

it('[EM33] a name server that does not answer, and a mail with signatures without end, do not hold anybody up', async () => {
  const raw = await sign('sari@toko.example', 'toko.example')
  const silent = { method: 'mailauth', resolver: () => new Promise<never>(() => {}), timeoutMs: 50 } as const
  expect(await check(raw, silent)).toMatchObject({ aligned: 'none', details: expect.stringContaining('in time') })
  const broken = { method: 'mailauth', resolver: () => Promise.reject(new Error('x')) } as const
  expect((await check(raw, broken)).aligned).toBe('none')
  let asked = 0
  const counting: DnsResolver = (name, type) => ((asked += 1), resolver(name, type))
  const [signature = ''] = /DKIM-Signature:(?:.*\r\n[ \t])*.*\r\n/.exec(raw) ?? []
  expect(signature).not.toBe('')
  expect(await check(signature.repeat(500) + raw, { method: 'mailauth', resolver: counting })).toMatchObject({
    aligned: 'none',
  })
  expect(asked).toBe(0)
})

const RESULTS = (value: string, from = 'sari@toko.example') =>
  `Authentication-Results: ${value}\r\nFrom: ${from}\r\n\r\nHalo\r\n`
const HEADER = { method: 'receiver-header', authservId: 'MX.acme.example' } as const

it.each([
  ['pass', 'mx.acme.example; dmarc=pass header.from=toko.example'],
  ['pass', 'mx.acme.example 1; dkim=fail; dmarc=pass (p=reject) header.from=Toko.Example'],
  ['pass', 'mx.acme.example; dkim=pass header.i=@toko.example header.s=x; spf=none'],
  ['pass', 'mx.acme.example; spf=pass smtp.mailfrom=sari@toko.example'],
  ['pass', 'mx.acme.example;\r\n dkim=pass header.d="toko.example"'],
  ['fail', 'mx.acme.example; dmarc=fail header.from=toko.example; dkim=pass header.d=toko.example'],
  ['fail', 'mx.acme.example; spf=softfail smtp.mailfrom=toko.example'],
  ['none', 'mx.acme.example; none'],
  ['none', 'mx.acme.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example'],
  ['none', 'mx.acme.example; dmarc=pass header.from=evil.example'],
  ['none', 'mx.acme.example; dkim=pass header.d=example'],
  ['none', 'mx.acme.example.evil.example; dmarc=pass header.from=toko.example'],
  ['none', 'mx.evil.example; dmarc=pass header.from=toko.example'],
  ['none', '"mx.acme.example; dmarc=pass header.from=toko.example"'],
  ['none', 'mx.acme.example (; dmarc=pass header.from=toko.example'],
] as const)("[EM31] the receiver's word alone counts: %s for %s", async (aligned, value) => {
  expect(await check(RESULTS(value), HEADER)).toMatchObject({ method: 'receiver-header', aligned })
})

it.each([
  'sari@toko.example, eve@evil.example',
  'Team: sari@toko.example;',
  '"eve@evil.example" <sari@toko.example>',
  'eve@evil.example <sari@toko.example>',
  'sari@toko.example\r\nFrom: eve@evil.example',
  'sari@toko.example\r\nSender: eve@evil.example',
  '',
])('[EM32] a sender that is not clear at sight never passes: From: %j', async (from) => {
  const raw = RESULTS('mx.acme.example; dmarc=pass header.from=toko.example', from)
  expect((await check(raw, HEADER)).aligned).toBe('fail')
  expect((await check(raw, MAILAUTH)).aligned).toBe('fail')
  expect((await check(raw, { method: 'none' })).aligned).toBe('none')
})
