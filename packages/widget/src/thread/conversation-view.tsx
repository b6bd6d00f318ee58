// Joins a conversation's stores to the thread: what counts as read, and where the unread line stands.

import { useStore } from '../use-store.ts'
import type { ThreadItem } from '@pendopo/sdk'
import { Fragment } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import { isUnderWay } from '../returning.ts'
import type { Widget } from '../widget.ts'
import { Thread, type ThreadActions } from './thread.tsx'
import { Typing } from './typing.tsx'

/** The first message from the other side after the read mark. */
export const firstUnread = (items: readonly ThreadItem[], read: number): string | null =>
  items.find((item) => item.type === 'message' && !item.mine && (item.n ?? 0) > read)?.id ?? null

const isSeen = (): boolean => document.visibilityState === 'visible'

export function ConversationView({ widget }: { widget: Widget }) {
  const { conversation, locale, config } = widget
  const isOpen = useStore(widget.$open)
  const isLoading = useStore(conversation.$loading)
  const items = useStore(conversation.$messages)
  const unread = useStore(conversation.$unread)
  const hasOlder = useStore(conversation.$hasOlder)
  const agents = useStore(conversation.$agents)
  const typing = useStore(conversation.$typing)
  const isAtEnd = useRef(true)
  const line = useRef<string | null>(null)
  const wasShown = useRef(false)
  const isFetching = useRef(false)

  // Reading begins when the thread has come: a panel that was opened before it shows nothing that could be read.
  const isShown = isOpen && !isLoading
  // Drawn when there is something unread that one was not looking at, and then left alone until the thread is left.
  // While rendering, because the thread marks as read what it shows as soon as it is drawn.
  const isWatching = wasShown.current && isAtEnd.current && isSeen()
  if (!isShown) line.current = null
  else if (unread > 0 && !isWatching) line.current ??= firstUnread(items, conversation.$read.get())
  wasShown.current = isShown

  const actions = useMemo<ThreadActions>(
    () => ({
      retry(id) {
        const { queued, stored } = conversation.retry(id)
        queued.catch(() => {})
        stored.catch(() => {})
      },
      discard: (id) => void conversation.discard(id).catch(() => {}),
      look(atEnd) {
        isAtEnd.current = atEnd
        if (atEnd && isSeen() && conversation.$unread.get() > 0) conversation.markRead()
      },
      files: widget.files,
      fileUrl: conversation.fileUrl,
      loadOlder() {
        if (isFetching.current) return
        isFetching.current = true
        // Without a connection it fails; scrolling on asks again.
        const done = (): void => {
          isFetching.current = false
        }
        conversation.loadOlder().then(done, done)
      },
    }),
    [conversation],
  )

  return (
    <Thread
      label={config.name}
      items={items}
      agents={agents}
      locale={locale}
      messages={widget.messages}
      unread={unread}
      line={line.current}
      hasOlder={hasOlder}
      isShown={isShown}
      beginning={
        <Fragment>
          <p class="greeting" dir="auto">
            {config.greeting ?? locale.texts.greeting}
          </p>
          {items.length === 0 && <p class="hint">{isLoading && isUnderWay(config.site) ? '' : locale.texts.hint}</p>}
        </Fragment>
      }
      end={<Typing who={typing} texts={locale.texts} />}
      actions={actions}
    />
  )
}
