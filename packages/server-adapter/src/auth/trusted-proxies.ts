// The proxies an operator has named. Anybody can send `X-Forwarded-For`; what counts is who handed it to us: from the right,
// the entries of proxies we know are passed over, and the first address that is none of theirs is who connected to them.

import { BlockList, isIP } from 'node:net'

export interface TrustedProxies {
  has(address: string): boolean
  /** Who connected to the outermost of them; the peer itself where it is none of them, or says nothing that can be read. */
  clientOf(peer: string, forwardedFor: string | undefined): string
}

/** Of addresses and networks, such as `10.0.0.0/8`. Throws a TypeError for what is neither. */
export function createTrustedProxies(list: readonly string[]): TrustedProxies {
  const known = new BlockList()
  for (const typed of list) add(known, typed)
  const has = (address: string) => {
    const version = isIP(address)
    return version !== 0 && known.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    has,
    clientOf(peer, forwardedFor) {
      let client = peer
      for (const entry of (forwardedFor ?? '').split(',').toReversed()) {
        const address = toAddress(entry)
        if (!has(client) || address === null) break
        client = address
      }
      return client
    },
  }
}

function add(known: BlockList, typed: string): void {
  const [address = '', bits, ...rest] = typed.trim().split('/')
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const prefix = bits === undefined ? most : Number(bits)
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? '0') || prefix > most)
    throw new TypeError(
      `unable to trust the proxy ${JSON.stringify(typed)}; write its address or network, 127.0.0.1 or 10.0.0.0/8`,
    )
  known.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6')
}

/** An address as headers and sockets write it: with a port, in brackets, an IPv4 one dressed up as IPv6. */
export function toAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(bare) === 0 ? null : bare
}
