// What a request says about where it comes from. Headers of a proxy count only from the proxies that the operator named:
// anybody can send `X-Forwarded-For`.

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { createTrustedProxies, toAddress } from './trusted-proxies.ts'

/** Reads the facts of a request; made once, with the operator's list of proxies. */
export interface RequestFacts {
  /** Who connected, as limits count them: an IPv4 address, or the /64 of an IPv6 one. */
  address(request: IncomingMessage): string
  /** Whether it came over TLS. */
  isSecure(request: IncomingMessage): boolean
  /** The origin of this server as the client sees it. */
  ownOrigin(request: IncomingMessage): string
}

export function createRequestFacts({ trustProxy }: { readonly trustProxy: readonly string[] }): RequestFacts {
  const proxies = createTrustedProxies(trustProxy)
  const peerOf = ({ socket: { remoteAddress = '' } }: IncomingMessage) => toAddress(remoteAddress) ?? remoteAddress
  const forwarded = (request: IncomingMessage, name: string): string | undefined =>
    proxies.has(peerOf(request)) ? lastOf(request.headers[name]) : undefined

  const isSecure = (request: IncomingMessage): boolean => {
    const protocol = forwarded(request, 'x-forwarded-proto')
    return protocol === undefined ? 'encrypted' in request.socket : protocol === 'https'
  }

  return {
    address: (request) =>
      toNetwork(proxies.clientOf(peerOf(request), [request.headers['x-forwarded-for'] ?? []].flat().join(','))),
    isSecure,
    ownOrigin: (request) => {
      const host = forwarded(request, 'x-forwarded-host') ?? request.headers.host ?? ''
      const typed = `${isSecure(request) ? 'https' : 'http'}://${host}`
      // `URL` drops default ports and upper case, as browsers do.
      return URL.canParse(typed) ? new URL(typed).origin : ''
    },
  }
}

/** The entry that the nearest proxy wrote: all before it came from outside. */
function lastOf(header: string | string[] | undefined): string | undefined {
  const text = Array.isArray(header) ? header.at(-1) : header
  const last = text?.split(',').at(-1)?.trim()
  return last === undefined || last === '' ? undefined : last
}

/** One household or phone has a whole /64 of IPv6: it counts as one address. */
function toNetwork(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail = ''] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`
}

/** A browser's request to its own server that carries no `Origin` (a GET of polling). */
export function isSameOriginFetch(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-site'] === 'same-origin'
}
