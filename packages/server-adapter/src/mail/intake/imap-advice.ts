// What to say to a person whose mailbox does not work: what is wrong in one line, and what to do about it.

import { textOf, toProblem } from './imap-errors.ts'
import { folderOf, type ImapSettings } from './imap-settings.ts'

interface Advice {
  readonly problem: string
  readonly advice: string
}

const SELF_MADE = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])
const SILENT = new Set(['ETIMEDOUT', 'CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT'])

/** Folder names to show, at most. */
const FOLDERS_SHOWN = 12

export function adviseOnImap(settings: ImapSettings, step: string, error: unknown): Advice {
  const { host, port, tls, user } = settings
  const code = textOf(error, 'code') ?? ''
  const said = toProblem(error)
  switch (step) {
    case 'address':
      return code === 'ENOTFOUND'
        ? { problem: `there is no address for ${host}`, advice: 'see whether the name of the server is right' }
        : { problem: `unable to look up ${host}; ${said}`, advice: 'see whether name servers answer on this machine' }
    case 'connect':
      return code === 'ECONNREFUSED'
        ? {
            problem: `nothing answers on port ${port} of ${host}`,
            advice: 'IMAP is on port 993 (TLS) or 143 (STARTTLS)',
          }
        : {
            problem: `unable to reach port ${port} of ${host}; ${said}`,
            advice: 'see whether a firewall lets this machine out on that port',
          }
    case 'encryption':
      return adviseOnEncryption(code, said, { host, port, tls })
    case 'login':
      return {
        problem: said,
        advice:
          'accessToken' in settings
            ? 'connect the account again, and see whether IMAP is allowed for it'
            : `see whether ${user} is the whole user name and the password right; many providers want an app password, or IMAP switched on`,
      }
    default:
      return {
        problem: `unable to open the folder ${folderOf(settings)}; ${said}`,
        advice: `choose one that is there${listOf(error)}`,
      }
  }
}

function adviseOnEncryption(
  code: string,
  said: string,
  { host, port, tls }: Pick<ImapSettings, 'host' | 'port' | 'tls'>,
): Advice {
  if (SELF_MADE.has(code))
    return {
      problem: `the certificate of ${host} is from nobody known; ${said}`,
      advice: 'give the certificate of the authority that signed it, or have the server get one that is known',
    }
  if (code === 'CERT_HAS_EXPIRED')
    return { problem: `the certificate of ${host} is too old`, advice: 'have the server get a new one' }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { problem: `the certificate is not for ${host}`, advice: 'use the name the server is known by' }
  if (tls === 'tls' && (code.startsWith('ERR_SSL') || SILENT.has(code)))
    return { problem: `port ${port} does not begin with TLS; ${said}`, advice: 'choose STARTTLS, or port 993' }
  if (tls !== 'tls' && SILENT.has(code))
    return { problem: `the server does not greet; ${said}`, advice: 'choose TLS if this is port 993' }
  if (tls === 'starttls')
    return { problem: `unable to begin TLS; ${said}`, advice: 'choose TLS and port 993, if the server has it' }
  return { problem: said, advice: `see whether an IMAP server is on port ${port}` }
}

function listOf(error: unknown): string {
  const folders: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'folders') : undefined
  if (!Array.isArray(folders) || folders.length === 0) return ''
  return `: ${folders.slice(0, FOLDERS_SHOWN).join(', ')}${folders.length > FOLDERS_SHOWN ? ' …' : ''}`
}
