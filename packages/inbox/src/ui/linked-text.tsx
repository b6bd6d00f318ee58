// Text with its web addresses as links. Everything is a text node; a link is made only of an address that passed
// `toSafeUrl`, and it says nothing about us to where it leads.

import { toSafeUrl } from './safe-url.ts'

/** One alternative without nesting: its running time grows with the text and not faster. */
const ADDRESS = /https?:\/\/[^\s<>"]+/giu
const TRAILING = /[.,;:!?'’”)\]}]+$/u

export type TextPart = { readonly text: string; readonly href: string | null }

/** Cuts a text into plain parts and links; put together they are the text again. */
export function toTextParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let done = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '')
    const href = toSafeUrl(address)
    if (href === null) continue
    if (match.index > done) parts.push({ text: text.slice(done, match.index), href: null })
    parts.push({ text: address, href })
    done = match.index + address.length
  }
  if (done < text.length) parts.push({ text: text.slice(done), href: null })
  return parts
}

export function LinkedText({ text }: { readonly text: string }) {
  return (
    <>
      {toTextParts(text).map(({ text, href }) =>
        href === null ? (
          text
        ) : (
          <a href={href} target="_blank" rel="noopener noreferrer" dir="ltr">
            {text}
          </a>
        ),
      )}
    </>
  )
}
