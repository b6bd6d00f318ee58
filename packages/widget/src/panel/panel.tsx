// The panel: a dialog beside the launcher, or the whole screen of a phone. Stays in the document while closed (hidden and
// inert), so that place and words are as they were.

import { toFileDrop } from '@pendopo/sdk/files'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useChosen } from '../attachments/use-chosen.ts'
import { Composer } from '../composer/composer.tsx'
import { createDraft } from '../composer/draft.ts'
import { ConversationView } from '../thread/conversation-view.tsx'
import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'
import { Header } from './header.tsx'
import { followViewport, keepFocus, watchFullScreen } from './screen.ts'

export function Panel({ widget }: { widget: Widget }) {
  const { conversation, locale, config } = widget
  const isOpen = useStore(widget.$open)
  const status = useStore(conversation.$status)
  const announcement = useStore(widget.$announcement)
  const mail = useStore(widget.mail.$module)
  const forgotten = useStore(widget.$forgotten)
  const [isFull, setFull] = useState(false)
  const { files, problem, Tray, add, remove, take } = useChosen(widget)
  const [isOver, setOver] = useState(false)
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
        {...toFileDrop(setOver, (dropped) => {
          add(dropped)
          field.current?.focus()
        })}
        onKeyDown={(event) => {
          // Keys typed here are none of the page's shortcuts.
          event.stopPropagation()
          if (event.key === 'Escape' && !event.isComposing) widget.close()
          if (event.key === 'Tab' && isFull && panel.current) keepFocus(event, panel.current)
        }}
      >
        <Header widget={widget} />
        <ConversationView widget={widget} />
        {mail && <mail.Mail widget={widget} />}
        <Composer
          key={forgotten}
          texts={texts}
          draft={draft}
          field={field}
          tray={Tray && (files.length > 0 || problem) && <Tray {...{ files, problem, locale }} onRemove={remove} />}
          hasFiles={files.length > 0}
          onSend={(text) => widget.send(text, take())}
          onFiles={add}
          onReach={() => void widget.files.load().catch(() => {})}
          onTyping={(active) => {
            // What is being written is about to be shown.
            widget.messages.load().catch(() => {})
            conversation.typing(active)
          }}
        />
        {isOver && <p class="drop">{texts.dropHere}</p>}
      </div>
      <div class="hidden" aria-live="polite">
        {announcement && <p key={announcement.id}>{announcement.text}</p>}
      </div>
    </div>
  )
}
