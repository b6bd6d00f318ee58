// Tells the team which page the visitor is on, while a conversation is open. Single-page navigation is taken from the
// Navigation API where there is one and from `popstate`; the page's own `history` is left alone.

import { LIMITS } from '@pendopo/protocol'
import type { Chat } from '@pendopo/sdk'

/** Starts to watch; returns what stops it. */
export function watchPage(chat: Chat): () => void {
  const { $status } = chat.conversation()
  let told = ''
  const tell = (): void => {
    const url = location.href.slice(0, LIMITS.urlLength)
    if ($status.get() !== 'open' || url === told) return
    told = url
    const title = document.title.slice(0, LIMITS.titleLength)
    const referrer = document.referrer.slice(0, LIMITS.urlLength)
    chat.viewPage({ url, ...(title && { title }), ...(referrer && { referrer }) })
  }
  const navigation: unknown = Reflect.get(window, 'navigation')
  const sources = navigation instanceof EventTarget ? [window, navigation] : [window]
  for (const source of sources) for (const name of EVENTS) source.addEventListener(name, tell)
  const stop = $status.subscribe(tell)
  return () => {
    stop()
    for (const source of sources) for (const name of EVENTS) source.removeEventListener(name, tell)
  }
}

const EVENTS = ['popstate', 'hashchange', 'navigatesuccess']
