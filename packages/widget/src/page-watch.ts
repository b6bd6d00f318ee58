// Tells the SDK which page the visitor is on; it passes that on while a conversation is open. Single-page navigation is taken from the
// Navigation API where there is one and from `popstate`; the page's own `history` is left alone.

import type { Chat } from '@pendopo/sdk'

/** Starts to watch; returns what stops it. */
export function watchPage(chat: Chat): () => void {
  let told = ''
  const tell = (): void => {
    const { href: url } = location
    if (url === told) return
    told = url
    const { title, referrer } = document
    chat.viewPage({ url, ...(title && { title }), ...(referrer && { referrer }) })
  }
  const navigation: unknown = Reflect.get(window, 'navigation')
  const sources = navigation instanceof EventTarget ? [window, navigation] : [window]
  const stop = new AbortController()
  for (const source of sources) for (const name of EVENTS) source.addEventListener(name, tell, stop)
  tell()
  return () => stop.abort()
}

const EVENTS = ['popstate', 'hashchange', 'navigatesuccess']
