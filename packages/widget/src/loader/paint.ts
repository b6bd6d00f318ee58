// Paints the launcher: a host in the top layer, a shadow root, a button. The page cannot reach it: `all: initial` and
// what `all` leaves out stand inline and as `:host` rules, all important; sizes are px; colours are set inside. Only
// CSSOM, nodes and constructable style sheets, so `style-src 'none'` and Trusted Types have nothing to object to.

import type { WidgetConfig } from '../config.ts'
import { NILA } from '../theme/nila.ts'
import launcherCss from './launcher.css?inline'

/** A fixed box without content: no room taken, no clicks caught. What is in it is placed against the viewport. */
const HOST =
  'all:initial!important;position:fixed!important;direction:ltr!important;unicode-bidi:isolate!important;z-index:2147483647!important;'

export interface Painted {
  readonly host: HTMLElement
  readonly root: ShadowRoot
  readonly launcher: HTMLButtonElement
  /** Takes everything off the page. */
  remove(): void
}

/** Paints the launcher of a site. */
export function paint({ accent, offset, position, texts }: WidgetConfig): Painted {
  const [x, y] = offset ?? [20, 20]
  const host = document.createElement('pendopo-chat')
  host.style.cssText = HOST
  host.popover = 'manual'

  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(
    `:host{${HOST}}${launcherCss}#launcher{--accent:${accent ?? NILA};${position ?? 'right'}:${x}px;bottom:calc(${y}px + env(safe-area-inset-bottom))}`,
  )
  root.adoptedStyleSheets = [sheet]

  const launcher = document.createElement('button')
  launcher.id = 'launcher'
  // "Chat" is understood in most languages; the language pack comes with focus or hover.
  launcher.setAttribute('aria-label', texts?.launcherOpen ?? 'Chat')
  root.append(launcher)

  // Beside the body, not in it: single-page apps replace the body. The observer is for those that replace even more.
  const place = (): void => {
    const { documentElement } = document
    if (host.isConnected || !documentElement) return
    documentElement.append(host)
    observer.observe(documentElement, { childList: true })
    // Without popovers the host is an ordinary fixed element with the highest z-index.
    host.showPopover?.()
  }
  const observer = new MutationObserver(place)
  observer.observe(document, { childList: true })
  place()

  return {
    host,
    root,
    launcher,
    remove() {
      observer.disconnect()
      host.remove()
    },
  }
}
