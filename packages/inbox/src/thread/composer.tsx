// Where an answer is written. The text never depends on the network: it is kept as a draft with every key, and given
// to the outbox in one step.

import type { AgentConversation, ConversationView } from '@pendopo/sdk/inbox'
import { LIMITS } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { Paperclip, SendHorizontal } from 'lucide'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { Tray } from '../files/tray.tsx'
import type { useChosen } from '../files/use-chosen.ts'
import { ChannelSwitch } from '../mail/channel-switch.tsx'
import { FormatBar, toFormat, type Format } from '../mail/format-bar.tsx'
import { MailFields } from '../mail/mail-fields.tsx'
import { ReachLine } from '../mail/reach-line.tsx'
import type { Reach } from '../mail/reach.ts'
import type { useMailDraft } from '../mail/use-mail-draft.ts'
import { Icon } from '../ui/icon.tsx'

interface ComposerProps {
  readonly id: string
  readonly conversation: Pick<AgentConversation, 'send' | 'attach' | 'typing'>
  /** What goes with the text. */
  readonly chosen: ReturnType<typeof useChosen>
  /** What sending also does, where that is not obvious. */
  readonly hint: string
  readonly reach: Reach
  /** Where a mail would go; `null` where none can be written. */
  readonly mail: ConversationView['mail']
  /** What is written of it beside the text. */
  readonly written: ReturnType<typeof useMailDraft>
}

/** From here on the remaining characters are counted out loud. */
const COUNT_FROM = LIMITS.textLength - 400

export function Composer({ id, conversation, chosen, hint, reach, mail, written }: ComposerProps) {
  const app = useApp()
  const field = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const hasFiles = chosen.files.length > 0
  const wanted = useStore(app.$reply)
  const overlay = useStore(app.$overlay)
  const [text, setText] = useState(() => app.drafts.read(id))
  const box = useRef<HTMLDivElement>(null)
  const { isMail } = written
  /** What is to be selected once the text is there. */
  const selection = useRef<readonly [number, number] | null>(null)

  useLayoutEffect(() => fitHeight(field.current), [text, isMail])
  useLayoutEffect(() => {
    if (selection.current !== null) field.current?.setSelectionRange(...selection.current)
    selection.current = null
  }, [text])
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

  const choose = (toMail: boolean) => {
    written.change({ isMail: toMail })
    field.current?.focus()
  }

  const format = (change: Format) => {
    const element = field.current
    if (element === null) return
    const next = change({ text, start: element.selectionStart, end: element.selectionEnd })
    if (next.text.length > LIMITS.textLength) return
    selection.current = [next.start, next.end]
    write(next.text)
  }

  const left = LIMITS.textLength - text.length
  const canSend = (text.trim() !== '' || hasFiles) && left >= 0
  const send = () => {
    if (!canSend) return
    const outgoing = isMail ? written.check() : undefined
    if (outgoing === null) return toProblem()
    const { answers } = written.draft
    const how = {
      ...(outgoing !== undefined && { mail: outgoing }),
      ...(outgoing !== undefined && answers !== null && { replyTo: answers.id }),
    }
    // A refusal shows at the message itself, with what to do about it.
    const sendText = () => void conversation.send({ text, ...how }).stored.catch(() => undefined)
    // Files were looked at before; where they cannot go after all, the words do.
    if (hasFiles)
      conversation.attach(chosen.files, { caption: text, ...how }).catch(() => text.trim() !== '' && sendText())
    else sendText()
    chosen.clear()
    write('')
    if (isMail) written.clear()
    field.current?.focus()
  }

  /** Into the field that is wrong, once it says so. */
  const toProblem = () =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())

  /** A mail is sent on purpose: it has lines, and nobody takes it back. */
  const onMailKey = (event: KeyboardEvent): boolean => {
    const isMod = event.ctrlKey || event.metaKey
    const change = isMod && event.target === field.current ? toFormat(event.key.toLowerCase()) : undefined
    if (event.key === 'Enter' && isMod) send()
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) field.current?.focus()
    else if (change !== undefined) format(change)
    else return false
    event.preventDefault()
    return true
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLButtonElement) return
    // An input method's Enter chooses a candidate. Safari ends the composition first, and only 229 tells.
    if (event.isComposing || event.keyCode === 229) return
    if (isMail && onMailKey(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey && !isMail) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      if (event.target instanceof HTMLElement) event.target.blur()
    }
  }

  return (
    <div class="composer">
      {(hasFiles || chosen.problem !== null) && <Tray {...chosen} onRemove={chosen.remove} />}
      {mail !== null && <ChannelSwitch isMail={isMail} onChoose={choose} />}
      <div class={`composer-box ${isMail ? 'composer-mail' : ''}`} ref={box} onKeyDown={onKeyDown}>
        {isMail && mail !== null && <MailFields {...{ mail, ...written }} onChange={written.change} />}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            chosen.add(currentTarget.files)
            // The same file may be picked again.
            currentTarget.value = ''
            field.current?.focus()
          }}
        />
        <button type="button" class="attach-button" title="Attach files" onClick={() => picker.current?.click()}>
          <Icon of={Paperclip} size={18} label="Attach files" />
        </button>
        <textarea
          ref={field}
          class="composer-field"
          data-composer
          rows={1}
          dir="auto"
          value={text}
          placeholder={isMail ? 'Write an e-mail' : 'Write an answer'}
          aria-label={isMail ? 'Your e-mail' : 'Your answer'}
          aria-describedby="composer-hint"
          onInput={(event) => write(event.currentTarget.value)}
          onPaste={(event) => {
            const { files } = event.clipboardData ?? {}
            if (files === undefined || files.length === 0) return
            event.preventDefault()
            chosen.add(files)
          }}
          onBlur={() => conversation.typing(false)}
        />
        {isMail && <FormatBar isMac={app.isMac} onFormat={format} />}
        <button
          type="button"
          class="send-button"
          aria-disabled={!canSend}
          title={isMail ? `Send e-mail (${app.isMac ? '⌘' : 'Ctrl+'}Enter)` : 'Send (Enter)'}
          onClick={send}
        >
          <Icon of={SendHorizontal} size={18} label={isMail ? 'Send e-mail' : 'Send'} />
        </button>
      </div>
      <p class="composer-hint" id="composer-hint">
        {hint !== '' && <span>{hint}</span>}
        <span class="composer-keys">
          {isMail
            ? `${app.isMac ? '⌘' : 'Ctrl+'}Enter sends, Enter breaks the line`
            : 'Enter sends, Shift+Enter breaks the line'}
        </span>
        {text.length >= COUNT_FROM && (
          <span class={left < 0 ? 'composer-left composer-over' : 'composer-left'} role="status">
            {left < 0 ? `${-left} characters too many. Shorten it, or send it in parts.` : `${left} characters left`}
          </span>
        )}
        <ReachLine reach={reach} />
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
