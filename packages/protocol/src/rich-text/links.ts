// Which addresses become links. A message is somebody else's text: only these four schemes, and no address whose first
// part is a user name, because `https://bank.example@evil.example` reads like the bank.

const SCHEMES = ['http:', 'https:', 'mailto:', 'tel:']

/** The address to link to, or `null` where it stays text. */
export function toSafeUrl(address: string): string | null {
  let url
  try {
    url = new URL(address)
  } catch {
    return null
  }
  if (!SCHEMES.includes(url.protocol) || url.username !== '' || url.password !== '') return null
  return url.href
}
