// Builds the parts of the inbox around a client and ties them together. Knows nothing about how anything looks.

import type { Inbox } from '@pendopo/sdk/inbox'
import { atom, onMount, type ReadableAtom } from 'nanostores'
import { announceIncoming } from '../notifications/announce-incoming.ts'
import { createDesktop } from '../notifications/desktop.ts'
import { createNotices } from '../notifications/notices.ts'
import { createSound } from '../notifications/sound.ts'
import { createDrafts } from '../settings/drafts.ts'
import type { KeyValue } from '../settings/key-value.ts'
import { createNow } from '../settings/now.ts'
import { createPreferences } from '../settings/preferences.ts'
import type { App, Overlay } from './app-context.ts'
import { toActionWords, toTranscriptWords } from './error-words.ts'
import { createOpenConversations } from './open-conversations.ts'
import { createRoutes } from './routes.ts'

/** Below this two panes leave neither room; the same numbers are in `style/layout.css`. */
const NARROW = '(max-width: 759px)'
const SNUG = '(max-width: 1359px)'

export function createApp(parts: {
  readonly inbox: Inbox
  /** The inbox's path without a trailing slash. */
  readonly base: string
  readonly storage: KeyValue
  readonly window: Window
  /** Milliseconds since 1970. */
  readonly now?: () => number
}): App {
  const { inbox, window } = parts
  const routes = createRoutes(parts.base)
  const preferences = createPreferences(parts.storage)
  const notices = createNotices()
  const desktop = createDesktop()
  const sound = createSound(window)
  const conversations = createOpenConversations(inbox)
  const stopAnnouncing = announceIncoming({
    inbox,
    isBellOn: () => preferences.$values.get().bell,
    isVisible: () => window.document.visibilityState === 'visible',
    openConversation: () => routes.$place.get().conversation,
    open: (conversation) => routes.go({ list: routes.$place.get().list ?? 'all', conversation }),
    notices,
    sound,
    desktop,
  })
  const $reply = atom<string | null>(null)
  const $narrow = createMedia(window, NARROW)
  const attempt = (doing: string, promise: Promise<unknown>): void =>
    void promise.catch((error: unknown) => notices.show({ kind: 'failure', text: toActionWords(error, doing) }))
  const stopSeeing = routes.$place.subscribe(({ conversation }) => {
    if (conversation !== $reply.get()) $reply.set(null)
    if (conversation !== null) notices.seen(conversation)
  })
  const $snug = createMedia(window, SNUG)
  const $peek = atom(false)
  return {
    inbox,
    routes,
    preferences,
    drafts: createDrafts(parts.storage),
    notices,
    desktop,
    conversations,
    $overlay: atom<Overlay>(null),
    $peek,
    $now: createNow(parts.now),
    $narrow,
    $reply,
    $snug,
    isMac: /mac|iphone|ipad/iu.test(window.navigator.userAgent),
    attempt,
    replyTo(id) {
      // Where there is one pane at a time there is mostly a keyboard on the screen too, and it would cover the thread.
      if (!$narrow.get()) $reply.set(id)
    },
    replied: () => $reply.set(null),
    closeConversation(id, name, reason) {
      const conversation = conversations.open(id)
      const closing = conversation.resolve(reason)
      const offer = () =>
        notices.show({
          kind: 'done',
          text: `Closed the conversation with ${name}`,
          undo: () => attempt('reopen this', conversations.open(id).reopen()),
        })
      attempt('close this', closing.then(offer))
    },
    sendTranscript(id) {
      void conversations
        .open(id)
        .sendTranscript()
        // The thread says that it was done.
        .catch((error: unknown) => notices.show({ kind: 'failure', text: toTranscriptWords(error) }))
    },
    toggleDetails() {
      if ($snug.get()) $peek.set(!$peek.get())
      else preferences.set({ details: !preferences.$values.get().details })
    },
    close() {
      stopAnnouncing()
      stopSeeing()
      notices.close()
      sound.close()
      conversations.close()
    },
  }
}

function createMedia(window: Window, query: string): ReadableAtom<boolean> {
  const media = window.matchMedia(query)
  const $matches = atom(media.matches)
  const update = () => $matches.set(media.matches)
  onMount($matches, () => {
    update()
    media.addEventListener('change', update)
    return () => media.removeEventListener('change', update)
  })
  return $matches
}
