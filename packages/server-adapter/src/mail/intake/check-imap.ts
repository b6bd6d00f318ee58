// Tries a mailbox step by step, as a person would who looks for what is wrong: the name, the port, the encryption, the
// login, the folder. Nothing is read and nothing is changed. What a certain provider is known to want, others know; they
// come as `advise`.

import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { ImapFlow } from 'imapflow'
import type { CheckStep } from '../check-step.ts'
import { withoutSecrets } from '../without-secrets.ts'
import { adviseOnImap } from './imap-advice.ts'
import { isLoginRefused, textOf, toProblem } from './imap-errors.ts'
import { folderOf, type ImapSettings } from './imap-settings.ts'
import { openImap, toClientOptions, type ImapConnection } from './open-imap.ts'

export type ImapStep = 'address' | 'connect' | 'encryption' | 'login' | 'folder'

/** What is known about this host and this failure; it goes before what is said to everybody. */
export type Advise = (host: string, step: string, error: unknown) => string | undefined

/** Somebody waits for the answer. */
const CONNECT_WITHIN_MS = 10_000
const SILENCE_MS = 15_000
const LIMITS = { maxBytes: 100_000, connectWithinMs: CONNECT_WITHIN_MS, silenceMs: SILENCE_MS }

export async function checkImap(settings: ImapSettings, advise?: Advise): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = []
  const secrets = 'password' in settings ? [settings.password] : []
  let connection: ImapConnection | undefined

  /** Resolves with whether it is worth going on. */
  async function attempt(step: ImapStep, work: () => Promise<string | void>): Promise<boolean> {
    const began = performance.now()
    const tookMs = () => Math.round(performance.now() - began)
    try {
      const advice = await work()
      steps.push({ step, ok: true, tookMs: tookMs(), ...(typeof advice === 'string' && { advice }) })
      return true
    } catch (error) {
      const { problem, advice } = adviseOnImap(settings, step, error)
      const known = advise?.(settings.host, step, error)
      steps.push({
        ...{ step, ok: false, tookMs: tookMs(), problem: toSentence(withoutSecrets(problem, secrets)) },
        advice: known ?? toSentence(advice),
      })
      return false
    }
  }

  const login = async () => void (connection = await openImap(settings, LIMITS))
  try {
    void (
      (await attempt('address', () => findAddress(settings))) &&
      (await attempt('connect', () => reach(settings))) &&
      (await attempt('encryption', () => encrypt(settings))) &&
      (await attempt('login', login)) &&
      (await attempt('folder', () => openFolder(settings, connection)))
    )
  } finally {
    connection?.client.close()
  }
  return steps
}

/** It stands alone on a screen. */
const toSentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?…]$/.test(words) ? '' : '.'}`

async function findAddress({ host }: ImapSettings): Promise<void> {
  if (isIP(host) === 0) await lookup(host)
}

function reach({ host, port }: ImapSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    socket.setTimeout(CONNECT_WITHIN_MS, () =>
      socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    )
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}

/** As far as one gets without a login: greeting, encryption, certificate. */
async function encrypt(settings: ImapSettings): Promise<string | undefined> {
  const client = new ImapFlow(toClientOptions(settings, LIMITS))
  let broken: Error | undefined
  client.on('error', (error) => (broken ??= error))
  try {
    await client.connect()
  } catch (error) {
    // That there was no login to try is as good as it gets.
    if (!isLoginRefused(error)) throw broken ?? error
  } finally {
    client.close()
  }
  if (settings.tls !== 'none') return undefined
  return 'Password and mails travel in the clear: only for a server on this machine. Else choose TLS (port 993).'
}

/** Its error names the folders that are there. */
async function openFolder(settings: ImapSettings, connection: ImapConnection | undefined): Promise<void> {
  const client = connection?.client
  if (client === undefined) return
  try {
    await client.mailboxOpen(folderOf(settings), { readOnly: true })
  } catch (error) {
    const folders = textOf(error, 'code') === undefined ? await client.list().catch(() => []) : []
    throw Object.assign(new Error(toProblem(error)), { folders: folders.map(({ path }) => path) })
  }
}
