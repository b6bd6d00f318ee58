const PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** The address if a click on it cannot run anything here, else `null`. */
export function toSafeUrl(text: string): string | null {
  try {
    const url = new URL(text)
    return PROTOCOLS.has(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

/** An address as people read it: without the scheme, and without the slash of a bare host. */
export function toShortUrl(text: string): string {
  return text.replace(/^https?:\/\//iu, '').replace(/^([^/]+)\/$/u, '$1')
}
