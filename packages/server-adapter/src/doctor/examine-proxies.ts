import { createTrustedProxies } from '../auth/trusted-proxies.ts'
import { fail, ok, toReason, warn, type Finding } from './finding.ts'

/** Addresses of documentation (RFC 5737, RFC 3849): nobody's proxy is there. */
const STRANGERS = ['203.0.113.7', '2001:db8::7']

/** Whose word on where a request comes from is believed. */
export function examineProxies(list: readonly string[]): Finding {
  const form = 'name addresses and networks between commas: --trust-proxy 127.0.0.1,10.0.0.0/8'
  try {
    const proxies = createTrustedProxies(list)
    if (list.length === 0) return ok('proxies', 'none is trusted: who connects is who counts')
    const trusted = `trusted: ${list.join(', ')}`
    return STRANGERS.some(proxies.has)
      ? warn('proxies', trusted, `that is everybody, so limits by address hold nobody; ${form}`)
      : ok('proxies', trusted)
  } catch (error) {
    return fail('proxies', toReason(error), form)
  }
}
