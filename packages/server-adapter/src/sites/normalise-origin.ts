// What a browser sends as `Origin`, from what people type. An origin is scheme, host and port; everything else is
// refused with the right form, because a guess here would open or shut a site for the wrong people.

/** The origin to store, or why there is none; `changed` says that it is not what was typed. */
export type NormalisedOrigin =
  | { readonly ok: true; readonly origin: string; readonly changed: boolean }
  | { readonly ok: false; readonly message: string }

export function normaliseOrigin(typed: string): NormalisedOrigin {
  const text = typed.trim()
  const refuse = (why: string): NormalisedOrigin => ({
    ok: false,
    message: `${JSON.stringify(typed)} is not an origin; ${why}`,
  })
  if (text.includes('*')) return refuse('wildcards are not taken, list each origin, such as https://www.acme.example')
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return refuse(`write the scheme too, such as https://${hostIn(text)}`)
  if (!URL.canParse(text)) return refuse('the right form is https://acme.example')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return refuse(`only https and http have pages, such as https://${hostIn(url.host)}`)
  if (url.username !== '' || url.password !== '') return refuse(`leave out name and password: ${url.origin}`)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]/.test(text)) {
    return refuse(`leave out everything after the host: ${url.origin}`)
  }
  return { ok: true, origin: url.origin, changed: url.origin !== typed }
}

/** A plausible host for the example in a message. */
function hostIn(text: string): string {
  const host = text.split(/[/?#]/)[0]?.toLowerCase() ?? ''
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?$/.test(host) ? host : 'acme.example'
}
