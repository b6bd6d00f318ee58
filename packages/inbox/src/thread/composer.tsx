// Where an answer is written. The text never depends on the network: it is kept as a draft with every key, and given
// to the outbox in one step.

import type { AgentConversation } from '@pendopo/sdk/inbox'
import { LIMITS } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { SendHorizontal } from 'lucide'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { Icon } from '../ui/icon.tsx'

interface ComposerProps {
  readonly id: string
  readonly conversation: Pick<AgentConversation, 'send' | 'typing'>
  /** What sending also does, where that is not obvious. */
  readonly hint: string
}

/** From here on the remaining characters are counted out loud. */
const COUNT_FROM = LIMITS.textLength - 400

export function Composer({ id, conversation, hint }: ComposerProps) {
  const app = useApp()
  const field = useRef<HTMLTextAreaElement>(null)
  const wanted = useStore(app.$reply)
  const overlay = useStore(app.$overlay)
  const [text, setText] = useState(() => app.drafts.read(id))

  useLayoutEffect(() => fitHeight(field.current), [text])
  useLayoutEffect(() => {
    const element = field.current
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])
  // Behind a dialog nothing takes the focus: it is tried again once that is gone.
  useEffect(() => {
    if (wanted !== id || overlay !== null) return
    field.current?.focus()
    app.replied()
  }, [app, id, wanted, overlay])

  const write = (value: string) => {
    setText(value)
    app.drafts.write(id, value)
    conversation.typing(value.trim() !== '')
  }

  const send = () => {
    if (text.trim() === '') return
    // A refusal shows at the message itself, with what to do about it.
    conversation.send({ text }).stored.catch(() => undefined)
    write('')
    field.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's Enter chooses a candidate. Safari ends the composition first, and only 229 tells.
    if (event.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      field.current?.blur()
    }
  }

  const left = LIMITS.textLength - text.length
  return (
    <div class="composer">
      <div class="composer-box">
        <textarea
          ref={field}
          class="composer-field"
          data-composer
          rows={1}
          dir="auto"
          maxLength={LIMITS.textLength}
          value={text}
          placeholder="Write an answer"
          aria-label="Your answer"
          aria-describedby="composer-hint"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => conversation.typing(false)}
        />
        <button
          type="button"
          class="send-button"
          aria-disabled={text.trim() === ''}
          title="Send (Enter)"
          onClick={send}
        >
          <Icon of={SendHorizontal} size={18} label="Send" />
        </button>
      </div>
      <p class="composer-hint" id="composer-hint">
        {hint !== '' && <span>{hint}</span>}
        <span class="composer-keys">Enter sends, Shift+Enter breaks the line</span>
        {text.length >= COUNT_FROM && <span class="composer-left">{left} characters left</span>}
      </p>
    </div>
  )
}

/** As high as its text, within what the style sheet allows. */
function fitHeight(element: HTMLTextAreaElement | null): void {
  if (element === null) return
  element.style.height = 'auto'
  element.style.height = `${element.scrollHeight}px`
}
