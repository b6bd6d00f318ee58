// The tag, for pages that a program builds: puts it there once, whoever asks, and tells when the widget can be called.

import type { PendopoHandle } from './api.ts'
import { shared } from './loader/registry.ts'

export interface LoadOptions {
  /** The nonce of the page, where its policy asks for one. */
  readonly nonce?: string
}

/** `…/{site}/widget.js`, as the snippet has it. */
const ADDRESS = /\/([^/]+)\/widget\.js$/

const onTheirWay = new Map<string, Promise<PendopoHandle>>()

/**
 * Loads the widget of a site as its tag does, and resolves when its launcher is there; a site that the page has already
 * is not loaded again. `src` is the address in the site's snippet: `https://chat.example.com/acme/widget.js`.
 *
 * Rejects with an `Error` where there is no page (on a server), where the address is not that of a widget, and where the
 * script does not come; the next call tries again. A policy with `require-trusted-types-for 'script'` lets no program set
 * the address of a script: there, put the tag into the page's HTML.
 */
export async function loadWidget(src: string, { nonce }: LoadOptions = {}): Promise<PendopoHandle> {
  if (typeof document === 'undefined')
    throw new Error('unable to load the widget; there is no page here: call loadWidget in a browser')
  const address = URL.canParse(src, document.baseURI) ? new URL(src, document.baseURI) : undefined
  const [, site] = ADDRESS.exec(address?.pathname ?? '') ?? []
  if (address === undefined || site === undefined)
    throw new Error(
      `unable to load the widget from "${src}"; take the address in the site's snippet, as https://chat.example.com/acme/widget.js`,
    )
  const present = shared()?.sites[site]
  if (present !== undefined) return present
  const loading = onTheirWay.get(site) ?? insertTag(address.href, site, nonce)
  onTheirWay.set(site, loading)
  return loading.finally(() => onTheirWay.delete(site))
}

function insertTag(src: string, site: string, nonce: string | undefined): Promise<PendopoHandle> {
  const tag = document.createElement('script')
  tag.async = true
  if (nonce !== undefined) tag.nonce = nonce
  tag.src = src
  return new Promise<PendopoHandle>((resolve, reject) => {
    tag.onload = () => {
      const handle = shared()?.sites[site]
      if (handle === undefined) reject(new Error(`unable to load the widget; ${src} came and is not that of "${site}"`))
      else resolve(handle)
    }
    tag.onerror = () =>
      reject(
        new Error(
          `unable to load the widget; ${src} did not come: is the server up, is there such a site, does the page's policy allow the script?`,
        ),
      )
    document.head.append(tag)
  }).finally(() => tag.remove())
}
