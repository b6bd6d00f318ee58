import { describe, expect, it } from 'vitest'
import { readReply } from './smtp-reply.ts'
import { toOutcome, toRefused } from './send-outcome.ts'

/** An error as nodemailer makes it. */
const failure = (fields: Readonly<Record<string, string>>, message = 'failed'): Error =>
  Object.assign(new Error(message), fields)

const refusedBy = (response: string, command: string, code = 'EENVELOPE'): Error =>
  failure({ code, command, response }, `Command failed: ${response}`)

describe('what a mail server says', () => {
  it.each([
    ['550 5.1.1 No such user', 'RCPT TO'],
    ['550 No such user', 'RCPT TO'],
    ['552 5.2.2 Mailbox full', 'RCPT TO'],
    ['554 5.7.1 Blocked as spam', 'DATA'],
    ['552 5.3.4 Message too big', 'DATA'],
    ['552 5.3.4 Message too big', 'MAIL FROM'],
    ['556 5.1.10 Null MX', 'RCPT TO'],
  ])('[EM56] %s after %s is about this mail', (response, command) => {
    expect(toOutcome(refusedBy(response, command), true)).toMatchObject({ kind: 'refused' })
  })

  it.each([
    ['535 5.7.8 Bad credentials', 'AUTH PLAIN', 'EAUTH', 'login'],
    ['530 5.7.0 Authentication required', 'MAIL FROM', 'EENVELOPE', 'login'],
    ['530 5.7.57 Client not authenticated', 'MAIL FROM', 'EENVELOPE', 'login'],
    ['534 5.7.9 Application-specific password required', 'AUTH LOGIN', 'EAUTH', 'login'],
    ['550 5.7.1 Sender not allowed', 'MAIL FROM', 'EENVELOPE', 'sender'],
    ['553 5.7.1 Sender address rejected: not owned by user', 'MAIL FROM', 'EENVELOPE', 'sender'],
    ['554 5.7.1 <x@y.example>: Relay access denied', 'RCPT TO', 'EENVELOPE', 'sender'],
    ['550 5.7.54 Unable to relay', 'RCPT TO', 'EENVELOPE', 'sender'],
    ['554 5.2.252 SendAsDenied', 'DATA', 'EMESSAGE', 'sender'],
    ['554 5.7.1 Your address is blocked', 'CONN', 'EPROTOCOL', 'connect'],
    ['502 5.5.1 STARTTLS not here', 'STARTTLS', 'ETLS', 'encryption'],
  ])('[EM56] %s after %s is about the settings', (response, command, code, step) => {
    expect(toOutcome(refusedBy(response, command, code), false)).toMatchObject({ kind: 'misconfigured', step })
  })

  it.each([
    ['450 4.2.0 Greylisted, try again in 300 seconds', 300_000],
    ['451 4.7.1 Please try again later, in 5 minutes', 300_000],
    ['421 4.7.0 Too many connections', undefined],
    ['452 4.5.3 Too many recipients', undefined],
    ['454 4.7.0 Temporary authentication failure', undefined],
    ['451 4.7.500 Server busy. Retry after 86400 s', 3_600_000],
    ['550 5.4.5 Daily user sending limit exceeded', 3_600_000],
    ['503 5.5.1 Bad sequence', undefined],
  ])('[EM56] %s passes', (response, retryAfterMs) => {
    const outcome = toOutcome(refusedBy(response, 'RCPT TO'), false)
    expect(outcome).toMatchObject({ kind: 'later', ...(retryAfterMs !== undefined && { retryAfterMs }) })
    if (retryAfterMs === undefined) expect(outcome).not.toHaveProperty('retryAfterMs')
  })

  it('[EM56] comes with both codes and its words on one line', () => {
    const error = refusedBy('550-5.1.1 The account does not exist.\r\n550 5.1.1 Check for typing errors.', 'RCPT TO')
    expect(toOutcome(error, false)).toEqual({
      kind: 'refused',
      code: '550 5.1.1',
      reason: 'The account does not exist. Check for typing errors.',
    })
    expect(readReply('250 2.0.0 OK')).toBeNull()
    expect(readReply(`550 ${'x'.repeat(100_000)}`)?.text).toHaveLength(300)
  })
})

describe('what happens without an answer', () => {
  it.each([
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }],
    [{ code: 'ECONNECTION', command: 'CONN' }],
    [{ code: 'ETIMEDOUT', command: 'CONN' }],
    [{ code: 'EDNS', originalCode: 'EAI_AGAIN' }],
    [{ code: 'EPROTOCOL' }],
    [{ code: 'EABORT' }],
    [{}],
  ])('[EM56, EM57] %j is tried again, and known to be sent or not', (fields) => {
    expect(toOutcome(failure(fields), false)).not.toHaveProperty('maybeSent')
    expect(toOutcome(failure(fields), false)).toMatchObject({ kind: 'later' })
    expect(toOutcome(failure(fields), true)).toMatchObject({ kind: 'later', maybeSent: true })
  })

  it.each([
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'address'],
    [{ code: 'EAUTH' }, 'login'],
    [{ code: 'EOAUTH2' }, 'login'],
    [{ code: 'ETLS' }, 'encryption'],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'encryption'],
    [{ code: 'ESOCKET', originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'encryption'],
    [{ code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'encryption'],
    [{ code: 'ESOCKET', originalCode: 'EPROTO' }, 'encryption'],
    [{ code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'encryption'],
  ])('[EM56] %j is about the settings', (fields, step) => {
    expect(toOutcome(failure(fields), false)).toMatchObject({ kind: 'misconfigured', step })
  })

  it('[EM56] a mail nodemailer cannot make is refused, and anything thrown is an outcome', () => {
    expect(toOutcome(failure({ code: 'EFILEACCESS' }), false)).toMatchObject({ kind: 'refused', code: 'EFILEACCESS' })
    const unreadable = failure({ code: 'ESTREAM', originalCode: 'EFILEACCESS' })
    expect(toOutcome(unreadable, false)).toMatchObject({ kind: 'refused', code: 'EFILEACCESS' })
    for (const thrown of [undefined, null, 'x', 7, {}, { code: 7, response: [] }])
      expect(toOutcome(thrown, false)).toMatchObject({ kind: 'later', code: 'UNKNOWN' })
  })

  it('[EM56] recipients refused beside others are named', () => {
    const error = Object.assign(refusedBy('450 4.2.1 Later', 'RCPT TO'), { recipient: 'a@b.example' })
    expect(toRefused([error])).toEqual([
      { address: 'a@b.example', code: '450 4.2.1', reason: 'Later', isPermanent: false },
    ])
  })
})
