// What a visitor proves themselves with: the browser's own token, the host's word on who it is where there is one, and
// the site's key for a client without an origin. The same in a socket's handshake and beside an upload.

import { PROTOCOL_VERSION, type VisitorAuth } from '@pendopo/protocol'
import type { ChatOptions } from './chat.ts'
import { PendopoError } from './pendopo-error.ts'
import type { VisitorToken } from './visitor-token.ts'

interface Needs extends Pick<ChatOptions, 'site' | 'key'> {
  readonly token: VisitorToken
  /** Connects again with what is to be proven now; resolves with the server's welcome. */
  reconnect(): Promise<unknown>
  /** Whether the last connection was refused for what it proved. */
  isRefused(): boolean
}

type AskHost = () => string | Promise<string>

export function createVisitorCredentials({ site, key, token, reconnect, isRefused }: Needs) {
  /** Asks for the host's word, before each connection; never stored. */
  let ask: AskHost | undefined
  /** The one whose word the server took last. */
  let accepted: AskHost | undefined

  return {
    async auth(): Promise<VisitorAuth> {
      return {
        version: PROTOCOL_VERSION,
        site,
        token: await token.load(),
        ...(ask !== undefined && { identity: await ask() }),
        ...(key !== undefined && { key }),
      }
    },
    /** Where to go with what a visitor asks for over HTTP. */
    async target(what: 'files' | 'resume') {
      const headers = {
        authorization: `Bearer ${await token.load()}`,
        ...(ask !== undefined && { 'pendopo-identity': await ask() }),
        ...(key !== undefined && { 'pendopo-key': key }),
      }
      return { path: `${site}/${what}`, headers }
    },
    /** Whoever calls from JavaScript may pass anything. One that is refused leaves the chat as it was. */
    async identify(given: { readonly token?: unknown; readonly getToken?: unknown } = {}): Promise<void> {
      const next = toAskHost(given)
      if (next === undefined) throw new PendopoError('invalid', 'unable to sign in; pass token or getToken')
      ask = next
      try {
        await reconnect()
        if (ask === next) accepted = next
      } catch (error) {
        if (ask === next && isRefused()) {
          ask = accepted
          reconnect().catch(() => {})
        }
        throw error
      }
    },
    forget(): void {
      ask = accepted = undefined
      token.forget()
    },
  }
}

function toAskHost({
  token,
  getToken,
}: {
  readonly token?: unknown
  readonly getToken?: unknown
}): AskHost | undefined {
  if (isFunction(getToken)) return getToken
  return typeof token === 'string' && token !== '' ? () => token : undefined
}

const isFunction = (value: unknown): value is AskHost => typeof value === 'function'
