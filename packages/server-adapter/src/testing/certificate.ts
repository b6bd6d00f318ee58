// A certificate authority and a certificate for localhost, made when a test starts: nothing that could expire lies in the
// repository. The few DER structures of RFC 5280 that it takes, signed with node:crypto.

import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'

export interface TestCertificate {
  readonly key: string
  readonly cert: string
  /** To be trusted by the client. */
  readonly ca: string
}

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 128
      ? Buffer.from([length])
      : length < 256
        ? Buffer.from([0x81, length])
        : Buffer.from([0x82, length >> 8, length & 255])
  return Buffer.concat([Buffer.from([tag]), size, content])
}
const sequence = (...parts: readonly Buffer[]): Buffer => tlv(0x30, ...parts)
const oid = (...bytes: readonly number[]): Buffer => tlv(0x06, Buffer.from(bytes))
const integer = (bytes: Buffer): Buffer => tlv(0x02, bytes)
const bits = (bytes: Buffer): Buffer => tlv(0x03, Buffer.from([0]), bytes)
const time = (at: number): Buffer =>
  tlv(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const name = (text: string): Buffer =>
  sequence(tlv(0x31, sequence(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from(text)))))
const extension = (id: number, isCritical: boolean, value: Buffer): Buffer =>
  sequence(oid(0x55, 0x1d, id), ...(isCritical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value))
const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`

const DAY_MS = 86_400_000

/** For the name, and for 127.0.0.1 too unless asked not to; valid until tomorrow, or until yesterday. */
export function createCertificate({ host = 'localhost', isExpired = false, withAddress = true } = {}): TestCertificate {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  const authorityName = `Test authority ${randomBytes(4).toString('hex')}`
  const issue = (subject: string, key: KeyObject, until: number, extensions: readonly Buffer[]): Buffer => {
    const spki = key.export({ type: 'spki', format: 'der' })
    const serial = createHash('sha256').update(spki).digest().subarray(0, 8)
    const body = sequence(
      tlv(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), serial])),
      ECDSA_WITH_SHA256,
      name(authorityName),
      sequence(time(now - 2 * DAY_MS), time(until)),
      name(subject),
      spki,
      tlv(0xa3, sequence(...extensions)),
    )
    return sequence(body, ECDSA_WITH_SHA256, bits(createSign('sha256').update(body).sign(authority.privateKey)))
  }
  const isAuthority = extension(0x13, true, sequence(tlv(0x01, Buffer.from([0xff]))))
  const names = extension(
    0x11,
    false,
    sequence(tlv(0x82, Buffer.from(host)), ...(withAddress ? [tlv(0x87, Buffer.from([127, 0, 0, 1]))] : [])),
  )
  return {
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(issue(host, server.publicKey, now + (isExpired ? -DAY_MS : DAY_MS), [names])),
    ca: pem(issue(authorityName, authority.publicKey, now + DAY_MS, [isAuthority])),
  }
}
