// How to reach a mail server, and what nodemailer is told about it. SMTP only, and nodemailer opens neither files nor
// addresses for anybody.

import { createPrivateKey } from 'node:crypto'
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'

export type SmtpAuth =
  | { readonly user: string; readonly password: string }
  /** OAuth2 (XOAUTH2); asked for each connection, so a token may be short-lived. */
  | { readonly user: string; readonly accessToken: () => Promise<string> }

export interface DkimSettings {
  readonly domain: string
  readonly selector: string
  /** RSA, PEM. */
  readonly privateKey: string
}

export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** `tls` from the first byte (465); `starttls` or nothing (587); `none` for this machine, or where it is allowed below. */
  readonly tls: 'tls' | 'starttls' | 'none'
  readonly auth?: SmtpAuth
  readonly dkim?: DkimSettings
  /** Sends in the clear over a network. A person has to have decided that. */
  readonly allowUnencrypted?: boolean
  /** What we call ourselves (EHLO); the machine's name, or its address. */
  readonly clientName?: string
  /** A certificate authority of one's own, PEM. */
  readonly ca?: string
}

export type SmtpStep = 'address' | 'connect' | 'encryption' | 'login' | 'sender' | 'signature'

export interface SmtpProblem {
  readonly step: SmtpStep
  readonly reason: string
}

/** What is wrong with settings, as far as can be told without a connection. */
export function findProblem({ host, port, tls, dkim, allowUnencrypted }: SmtpSettings): SmtpProblem | null {
  if (!/^[\w.:-]{1,253}$/.test(host)) return { step: 'address', reason: 'the name of the server is none' }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return { step: 'address', reason: 'the port is no port' }
  if (tls === 'none' && !isLoopback(host) && allowUnencrypted !== true)
    return { step: 'encryption', reason: 'without encryption mail goes to this machine only, unless that is allowed' }
  return dkim === undefined ? null : findDkimProblem(dkim)
}

/** nodemailer leaves a mail unsigned where it cannot sign, so a key is tried before. */
function findDkimProblem({ domain, selector, privateKey }: DkimSettings): SmtpProblem | null {
  const wrong = (reason: string): SmtpProblem => ({ step: 'signature', reason })
  if (!/^[a-z\d.-]+$/i.test(domain) || !/^[\w.-]+$/.test(selector)) return wrong('the domain or the selector is none')
  try {
    const key = createPrivateKey(privateKey)
    return key.asymmetricKeyType === 'rsa' ? null : wrong('the key to sign with is not an RSA key')
  } catch {
    return wrong('the key to sign with cannot be read; it has to be a private key in PEM, without a password')
  }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

export interface SmtpTimeouts {
  /** Until there is a greeting, name look-up and TLS included. */
  readonly connectMs: number
  /** Without a byte from the server. */
  readonly silenceMs: number
}

export function toConnectionOptions(
  { host, port, tls, clientName, ca }: SmtpSettings,
  { connectMs, silenceMs }: SmtpTimeouts,
): SMTPConnectionOptions {
  return {
    host,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(clientName !== undefined && { name: clientName }),
    ...(ca !== undefined && { tls: { ca } }),
    dnsTimeout: connectMs,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: silenceMs,
    logger: false,
  }
}
