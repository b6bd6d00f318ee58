// One connection to an IMAP server, logged in. ImapFlow speaks the protocol; here is what we ask of it: no logs (they would
// hold mails), no idling on its own, bounds on what a server may send, and errors that are told and never thrown into the
// process.

import { rootCertificates } from 'node:tls'
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import type { ImapSettings } from './imap-settings.ts'

/** A server far away, busy, behind a slow name server: longer is not slow, it is not there. */
const CONNECT_WITHIN_MS = 20_000
/** A server that owes an answer and says nothing for this long has gone; one that idles is asked whether it is there. */
export const SILENCE_MS = 120_000
/** A line is a list of numbers at most; mails come as counted bytes. */
const MAX_LINE_BYTES = 1_000_000

export interface ImapConnection {
  readonly client: ImapFlow
  /** What a command failed of: where the connection broke, that which broke it. */
  causeOf(error: unknown): unknown
}

export interface OpenImapOptions {
  /** The largest piece a server may send. */
  readonly maxBytes: number
  readonly silenceMs?: number
  /** For the connection, and again for the greeting. */
  readonly connectWithinMs?: number
  /** Breaks it off, while it is made and later. */
  readonly signal?: AbortSignal
}

/** Rejects with what ImapFlow says; see `imap-errors.ts`. */
export async function openImap(settings: ImapSettings, options: OpenImapOptions): Promise<ImapConnection> {
  const { signal } = options
  const auth = {
    user: settings.user,
    ...('accessToken' in settings ? { accessToken: await settings.accessToken() } : { pass: settings.password }),
  }
  signal?.throwIfAborted()
  const client = new ImapFlow({ ...toClientOptions(settings, options), auth })
  let broken: Error | undefined
  // For ever: ImapFlow may emit errors after it has closed, and one that nobody hears ends the process.
  client.on('error', (error) => (broken ??= error))
  const close = () => client.close()
  signal?.addEventListener('abort', close, { once: true })
  client.once('close', () => signal?.removeEventListener('abort', close))
  try {
    await client.connect()
  } catch (error) {
    client.close()
    throw error
  }
  return { client, causeOf: (error) => (client.usable ? error : (broken ?? error)) }
}

export function toClientOptions(settings: ImapSettings, options: OpenImapOptions): ImapFlowOptions {
  const { maxBytes, silenceMs = SILENCE_MS, connectWithinMs = CONNECT_WITHIN_MS } = options
  const { host, port, tls, ca } = settings
  return {
    host,
    port,
    secure: tls === 'tls',
    ...(tls !== 'tls' && { doSTARTTLS: tls === 'starttls' }),
    ...(ca !== undefined && { tls: { ca: [...rootCertificates, ca] } }),
    logger: false,
    clientInfo: { name: 'Pendopo', version: false, vendor: false, 'support-url': false },
    disableAutoIdle: true,
    disableCompression: true,
    disableAutoEnable: true,
    connectionTimeout: connectWithinMs,
    greetingTimeout: connectWithinMs,
    socketTimeout: silenceMs,
    maxLineLength: MAX_LINE_BYTES,
    maxLiteralSize: maxBytes,
    maxResponseSize: maxBytes + MAX_LINE_BYTES,
  }
}
