// The only way from the HTML of a mail to something that is drawn: DOMPurify, then a page of its own whose policy loads
// nothing and runs nothing. The frame around it (`mail-frame.tsx`) is sandboxed besides: each of the three alone would do.
// Loaded on demand, for those who look at a mail.

import DOMPurify from 'dompurify'

/** Remote pictures tell the sender who opened a mail, when and where: only those that came inside it are shown. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

/** A link opens elsewhere, which the sandbox forbids: without this it would replace the mail in its frame. */
const HEAD = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="color-scheme" content="light"><base target="_blank">`

/** In attributes of old: the frame has the policy of the inbox's page too, which lets no style sheet of ours in. */
const LOOKS = 'bgcolor="#ffffff" text="#1b1b24" leftmargin="16" rightmargin="16" topmargin="16" bottommargin="16"'

const toPage = (html: string): string =>
  `<!doctype html><html><head>${HEAD}</head><body ${LOOKS}><font face="system-ui, sans-serif">${DOMPurify.sanitize(html)}</font></body></html>`

interface TrustedTypesLike {
  createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string }
}

// Where the page requires trusted types, a frame takes nothing that did not go through here. Not every browser has them.
const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypesLike }
const policy = trustedTypes?.createPolicy('pendopo-mail', { createHTML: toPage }) ?? { createHTML: toPage }

/** The page that shows a mail's HTML, for `srcdoc`; where trusted types are enforced it is one that can be assigned. */
export const toMailDocument = (html: string): string => policy.createHTML(html)
