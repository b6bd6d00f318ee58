import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { createAdopt } from '../theme/adopt.ts'
import { Icon } from '../theme/icon.tsx'
import { CLOSE_ICON } from '../theme/icons.ts'
import mailCss from './mail.css?inline'

const adoptStyles = createAdopt(mailCss)

interface CardProps {
  readonly id: string
  /** Empty: nothing is shown. The element stays, or a screen reader would not read what comes into it. */
  readonly words: string
  /** How the card is closed, in words; without it, it is a quiet line. */
  readonly dismiss?: string | undefined
  readonly onDismiss?: () => void
  readonly children?: ComponentChildren
}

/** One sentence between the thread and the field, with what one can do about it. */
export function Card({ id, words, dismiss, onDismiss, children }: CardProps) {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => adoptStyles(element.current), [])
  return (
    <div ref={element} class={words === '' ? '' : dismiss === undefined ? 'mail told' : 'mail card'}>
      <p id={id} role="status">
        {words}
      </p>
      {words !== '' && dismiss !== undefined && (
        <button type="button" class="dismiss" aria-label={dismiss} onClick={onDismiss}>
          <Icon path={CLOSE_ICON} size={16} />
        </button>
      )}
      {children}
    </div>
  )
}
