// Where one types. The field belongs to the browser: its text is never replaced from outside, only emptied after it was
// handed over. What is too long stays and says so.

import { LIMITS } from '@pendopo/sdk'
import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { fill, type Texts } from '../locale/texts.ts'
import { Icon } from '../theme/icon.tsx'
import { ATTACH_ICON, SEND_ICON } from '../theme/icons.ts'
import type { Draft } from './draft.ts'
import { isSendKey } from './keys.ts'

/** From here on the rest is counted down. */
const COUNT_FROM = LIMITS.textLength - 200

interface ComposerProps {
  readonly texts: Texts
  readonly draft: Draft
  readonly field: RefObject<HTMLTextAreaElement | null>
  /** What goes with the text: shown above it. */
  readonly tray: ComponentChildren
  readonly hasFiles: boolean
  readonly onSend: (text: string) => void
  readonly onFiles: (files: FileList | null | undefined) => void
  /** Somebody is about to attach. */
  readonly onReach: () => void
  readonly onTyping: (active: boolean) => void
}

export function Composer({ texts, draft, field, tray, hasFiles, onSend, onFiles, onReach, onTyping }: ComposerProps) {
  const [text, setText] = useState(draft.read)
  const left = LIMITS.textLength - text.length
  const canSend = (hasFiles || text.trim() !== '') && left >= 0
  const picker = useRef<HTMLInputElement>(null)

  const change = (next: string): void => {
    setText(next)
    draft.write(next)
  }
  const send = (): void => {
    if (!canSend) return
    onSend(text.trim())
    change('')
    field.current?.focus()
  }

  // Grows with its text, to six lines; the style sheet sets the end.
  useLayoutEffect(() => {
    const element = field.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {text.length > COUNT_FROM && (
        <p id="count" class={left < 0 ? 'count over' : 'count'} role="status">
          {left < 0 ? fill(texts.tooLong, { n: -left }) : fill(texts.remaining, { n: left })}
        </p>
      )}
      {tray}
      <div class="field">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            onFiles(currentTarget.files)
            // The same file may be picked again.
            currentTarget.value = ''
          }}
        />
        <button
          class="attach"
          type="button"
          aria-label={texts.attach}
          onFocus={onReach}
          onPointerEnter={onReach}
          onClick={() => picker.current?.click()}
        >
          <Icon path={ATTACH_ICON} />
        </button>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={texts.placeholder}
          aria-label={texts.placeholder}
          aria-describedby="count"
          aria-invalid={left < 0}
          enterkeyhint="send"
          onInput={(event) => {
            change(event.currentTarget.value)
            onTyping(event.currentTarget.value !== '')
          }}
          onPaste={(event) => {
            const { files } = event.clipboardData ?? {}
            if (!files?.length) return
            event.preventDefault()
            onFiles(files)
          }}
          onKeyDown={(event) => {
            if (!isSendKey(event)) return
            event.preventDefault()
            send()
          }}
        />
        <button class="send" type="submit" aria-label={texts.send} aria-disabled={!canSend}>
          <Icon path={SEND_ICON} />
        </button>
      </div>
    </form>
  )
}
