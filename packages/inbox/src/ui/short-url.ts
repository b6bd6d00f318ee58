/** An address as people read it: without the scheme, and without the slash of a bare host. */
export function toShortUrl(text: string): string {
  return text.replace(/^https?:\/\//iu, '').replace(/^([^/]+)\/$/u, '$1')
}
