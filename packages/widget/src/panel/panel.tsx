// The panel: a dialog beside the launcher, or the whole screen of a phone. Stays in the document while closed (hidden and
// inert), so that place and words are as they were.

import { useStore } from '../use-store.ts'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Composer } from '../composer/composer.tsx'
import { createDraft } from '../composer/draft.ts'
import { ConversationView } from '../thread/conversation-view.tsx'
import type { Widget } from '../widget.ts'
import { Header } from './header.tsx'
import { followViewport, keepFocus, watchFullScreen } from './screen.ts'

export function Panel({ widget }: { widget: Widget }) {
  const { conversation, locale, config } = widget
  const isOpen = useStore(widget.$open)
  const status = useStore(conversation.$status)
  const announcement = useStore(widget.$announcement)
  const forgotten = useStore(widget.$forgotten)
  const [isFull, setFull] = useState(false)
  const panel = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  const draft = useMemo(() => createDraft(config.site), [config.site])
  const texts = status === 'closed' ? { ...locale.texts, placeholder: locale.texts.reopen } : locale.texts

  useEffect(() => watchFullScreen(setFull), [])
  useLayoutEffect(() => {
    const element = panel.current
    if (!isOpen || !element) return
    // On a touch screen the field would bring up the keyboard before one has seen what is behind it.
    if (matchMedia('(pointer: coarse)').matches) element.focus()
    else field.current?.focus()
    return followViewport(element)
  }, [isOpen])

  return (
    <div class="frame" dir={locale.direction} lang={locale.language}>
      <div
        ref={panel}
        id="panel"
        class={`panel ${config.position ?? 'right'}${isOpen ? ' open' : ''}`}
        role="dialog"
        aria-labelledby="title"
        aria-modal={isFull}
        inert={!isOpen}
        tabIndex={-1}
        onKeyDown={(event) => {
          // Keys typed here are none of the page's shortcuts.
          event.stopPropagation()
          if (event.key === 'Escape' && !event.isComposing) widget.close()
          if (event.key === 'Tab' && isFull && panel.current) keepFocus(event, panel.current)
        }}
      >
        <Header widget={widget} />
        <ConversationView widget={widget} />
        <Composer
          key={forgotten}
          texts={texts}
          draft={draft}
          field={field}
          onSend={widget.send}
          onTyping={(active) => conversation.typing(active)}
        />
      </div>
      <div class="hidden" aria-live="polite">
        {announcement && <p key={announcement.id}>{announcement.text}</p>}
      </div>
    </div>
  )
}
