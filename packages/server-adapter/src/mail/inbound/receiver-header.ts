// Reads the Authentication-Results (RFC 8601) of the one receiver we trust. Anybody can write such a header, so it counts
// only with the receiver's own name, and only the topmost: the receiver adds it above all that came with the mail, and has
// to remove others in its name.

import { headerValues, type ParsedMail } from './parsed-mail.ts'

interface Result {
  readonly method: string
  readonly result: string
  /** `header.from` and the like, in lower case. */
  readonly properties: ReadonlyMap<string, string>
}

/** What the receiver found about a domain, with the words to tell it; null where it said nothing. */
export function readReceiverHeader(
  mail: ParsedMail,
  authservId: string,
  domain: string,
): { readonly aligned: 'pass' | 'fail' | 'none'; readonly details: string } | null {
  const wanted = authservId.trim().toLowerCase()
  for (const value of headerValues(mail, 'authentication-results')) {
    const [id = '', ...parts] = withoutComments(value).split(';')
    if (wanted === '' || id.trim().toLowerCase().split(/\s+/)[0] !== wanted) continue
    const results = parts.flatMap(toResult)
    const details = results.map(({ method, result }) => `${method}=${result}`).join(' ')
    return { aligned: judge(results, domain), details: `${wanted}: ${details === '' ? 'no results' : details}` }
  }
  return null
}

function judge(results: readonly Result[], domain: string): 'pass' | 'fail' | 'none' {
  const dmarc = results.filter(({ method }) => method === 'dmarc')
  if (dmarc.some(({ result }) => result === 'fail')) return 'fail'
  const isAbout = (value: string | undefined) => value !== undefined && isSameOrParent(value, domain)
  if (dmarc.some(({ result, properties }) => result === 'pass' && isAbout(properties.get('header.from')))) return 'pass'
  // Where the domain publishes no policy, what the policy would have asked for.
  const vouches = results.some(({ method, result, properties }) => {
    if (result !== 'pass') return false
    if (method === 'dkim') return isAbout(properties.get('header.d') ?? properties.get('header.i')?.split('@').at(-1))
    return method === 'spf' && isAbout(properties.get('smtp.mailfrom')?.split('@').at(-1))
  })
  if (vouches) return 'pass'
  return results.some(({ result }) => result === 'fail' || result === 'softfail') ? 'fail' : 'none'
}

/** A domain vouches for its subdomains; a subdomain not for what is above it. */
export function isSameOrParent(vouching: string, domain: string): boolean {
  const above = vouching.trim().toLowerCase().replace(/\.$/, '')
  return above === domain || (above.includes('.') && domain.endsWith(`.${above}`))
}

function toResult(part: string): readonly Result[] {
  const [first = '', ...rest] = part.trim().split(/\s+/)
  const [method = '', result = ''] = first.toLowerCase().split('=')
  if (result === '') return []
  const properties = new Map(
    rest.flatMap((word): [string, string][] => {
      const equals = word.indexOf('=')
      const value = word
        .slice(equals + 1)
        .replaceAll('"', '')
        .replaceAll(/[<>]/g, '')
        .toLowerCase()
      return equals > 0 ? [[word.slice(0, equals).toLowerCase(), value]] : []
    }),
  )
  return [{ method: method.split('/', 1)[0] ?? '', result, properties }]
}

/** Without `(comments)`, which may hold anything, semicolons and results too, and without what is quoted. */
function withoutComments(value: string): string {
  let bare = ''
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < value.length; at += 1) {
    const letter = value[at] ?? ''
    if (letter === '\\' && (depth > 0 || isQuoted)) at += 1
    else if (letter === '"' && depth === 0) isQuoted = !isQuoted
    else if (letter === '(' && !isQuoted) depth += 1
    else if (letter === ')' && !isQuoted && depth > 0) depth -= 1
    else if (depth === 0 && !(isQuoted && /[;\s=]/.test(letter))) bare += letter
  }
  return bare
}
