// What the components share: the chat and its conversation, whether the panel is open, and what happens outside of it
// (events for the page, the flag for the next page, announcements). No DOM and no Preact in here.

import { atom, type ReadableAtom } from 'nanostores'
import type { Chat, ChatConversation, ThreadItem, ThreadMessage } from '@pendopo/sdk'
import type { Emit } from './api.ts'
import { createDraft } from './composer/draft.ts'
import type * as fileCode from './attachments/files.tsx'
import type { WidgetConfig } from './config.ts'
import { fill } from './locale/texts.ts'
import type { Locale } from './locale/load-locale.ts'
import { createOnDemand, type OnDemand } from './on-demand.ts'
import type * as mailCode from './mail/mail.tsx'
import { isUnderWay, setUnderWay } from './returning.ts'
import type * as messageCode from './thread/messages.tsx'

/** As much as a screen reader should read aloud unasked. */
const ANNOUNCED_CHARACTERS = 200

export interface Announcement {
  readonly id: string
  readonly text: string
}

export interface Widget {
  readonly config: WidgetConfig
  readonly locale: Locale
  readonly chat: Chat
  readonly conversation: ChatConversation
  readonly $open: ReadableAtom<boolean>
  /** What draws messages: fetched with the first one, or when somebody begins to write it. */
  readonly messages: OnDemand<typeof messageCode>
  /** What shows and takes files: fetched with the first that somebody picks, drops, pastes or is sent. */
  readonly files: OnDemand<typeof fileCode>
  /** What asks for an e-mail address and takes mailed links: fetched where the site has mail and somebody has written. */
  readonly mail: OnDemand<typeof mailCode>
  /** The token of the mailed link by which the visitor has come. */
  readonly resume: string | undefined
  /** The last message that came in, as it is to be read aloud once. */
  readonly $announcement: ReadableAtom<Announcement | null>
  /** How often the visitor was forgotten: what was half written is theirs, and goes too. */
  readonly $forgotten: ReadableAtom<number>
  open(): void
  close(): void
  toggle(): void
  /** Sends; the page that is loaded next knows that a conversation is under way. */
  send(text: string, files: readonly File[]): void
  /** Stops watching; idempotent. The chat itself is closed by whoever made it. */
  stop(): void
}

/** Puts a chat behind a panel. */
export function createWidget(chat: Chat, config: WidgetConfig, locale: Locale, emit: Emit, resume?: string): Widget {
  const conversation = chat.conversation()
  const $open = atom(false)
  const $announcement = atom<Announcement | null>(null)
  const $forgotten = atom(0)
  const { texts } = locale

  const setOpen = (open: boolean): void => {
    if ($open.get() === open) return
    // Opening is the visitor's wish to chat: from here on there is a connection.
    if (open) chat.connect()
    $open.set(open)
    emit(open ? 'open' : 'close', undefined)
  }

  const announce = ({ id, author, text, attachments = [] }: ThreadMessage): void => {
    const names = attachments.map(({ name }) => name).join(', ')
    const words = ((text ?? texts.removed) || names).slice(0, ANNOUNCED_CHARACTERS)
    $announcement.set({ id, text: fill(texts.says, { name: author.name || texts.someone, text: words }) })
  }

  /** The highest number seen; what was there when the thread was loaded is no news. */
  let seen: number | null = null
  const onMessages = (items: readonly ThreadItem[]): void => {
    if (conversation.$loading.get()) return
    const from = seen
    // Numbers rise, apart from the unsent at the end, which have none yet.
    seen = Math.max(seen ?? 0, items.findLast(({ n }) => n !== null)?.n ?? 0)
    if (from === null || from === seen) return
    for (const item of items) {
      if (item.type !== 'message' || item.n === null || item.n <= from) continue
      const { id, text, mine, author, at } = item
      emit('message', { id, text: text ?? '', mine, name: author.name, at })
      if (!mine) announce(item)
    }
  }

  const mail = createOnDemand(() => import('./mail/mail.tsx'))
  const wantMail = (): void => {
    if (resume || chat.$hasMail.get()) mail.load().catch(() => {})
  }

  const stops = [
    conversation.$messages.subscribe(onMessages),
    conversation.$loading.listen(() => onMessages(conversation.$messages.get())),
    conversation.$status.subscribe((status) => {
      if (status !== 'none') setUnderWay(config.site, status === 'open')
      if (status === 'open') wantMail()
    }),
    chat.$connection.listen((connection) => {
      // Only a logout, here or in another tab, leads back to where nobody has asked for a connection.
      if (connection !== 'idle') return
      setUnderWay(config.site, false)
      createDraft(config.site).write('')
      $forgotten.set($forgotten.get() + 1)
    }),
    chat.$unread.listen((unread) => emit('unread', unread)),
    chat.$error.listen((error) => {
      if (error) emit('error', error)
    }),
  ]
  const messages = createOnDemand(() => import('./thread/messages.tsx'))
  if (resume) wantMail()
  if (isUnderWay(config.site)) {
    chat.connect()
    messages.load().catch(() => {})
  }

  return {
    config,
    locale,
    chat,
    conversation,
    $open,
    $announcement,
    $forgotten,
    open: () => setOpen(true),
    close: () => setOpen(false),
    toggle: () => setOpen(!$open.get()),
    messages,
    mail,
    resume,
    files: createOnDemand(() => import('./attachments/files.tsx')),
    send(text, files) {
      // Before the first answer there is nobody whose messages could be news: count from here.
      seen ??= 0
      setUnderWay(config.site, true)
      wantMail()
      const sendText = (): void => {
        const { queued, stored } = conversation.send({ text })
        // What became of it stands beside the message itself.
        queued.catch(() => {})
        stored.catch(() => {})
      }
      if (files.length === 0) return sendText()
      // Files were looked at before; where they cannot go after all, the words do.
      conversation.attach(files, { caption: text }).catch(() => text && sendText())
    },
    stop() {
      for (const stop of stops.splice(0)) stop()
    },
  }
}
