import type { ThreadAttachment, ThreadMessage } from '@pendopo/sdk'
import { formatFileSize, isPicture } from '@pendopo/sdk/files'
import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { fill } from '../locale/texts.ts'
import type { Locale } from '../locale/load-locale.ts'
import { Icon } from '../theme/icon.tsx'
import { CLOSE_ICON } from '../theme/icons.ts'
import type { ThreadActions } from '../thread/thread.tsx'
import { adoptStyles } from './adopt-styles.ts'
import { DOCUMENT_ICON } from './document-icon.ts'
import { useFileUrl, useObjectUrl } from './use-file.ts'

interface FileProps {
  readonly attachment: ThreadAttachment
  readonly message: ThreadMessage
  readonly locale: Locale
  readonly actions: ThreadActions
}

/** One file of a message, within the room it was given. */
export function File({ attachment, message, locale, actions }: FileProps) {
  const { name, size, file } = attachment
  const { texts, language } = locale
  const element = useRef<HTMLAnchorElement>(null)
  const local = useObjectUrl(isPicture(attachment) ? file : undefined)
  // Until its message is stored, a file is in no conversation, and so has no address.
  const id = message.n === null ? null : attachment.id
  const remote = useFileUrl(id, actions.fileUrl)
  const [isBlind, setBlind] = useState(false)
  useLayoutEffect(() => adoptStyles(element.current), [])
  const isMoving = message.status === 'sending' && attachment.progress !== undefined
  const kind = (name.split('.').pop() ?? '').toUpperCase()
  const source = isPicture(attachment) && !isBlind ? (local ?? remote) : null

  /** Addresses end: a click some minutes later gets a new one. */
  const follow = (event: MouseEvent): void => {
    const link = element.current
    if (id === null || !link || event.button !== 0) return
    event.preventDefault()
    actions.fileUrl(id).then(
      (url) => {
        const opener = link.ownerDocument.createElement('a')
        opener.href = url
        opener.target = '_blank'
        opener.rel = 'noopener noreferrer'
        opener.click()
      },
      () => {},
    )
  }

  return (
    <Fragment>
      <a
        ref={element}
        class="file"
        {...(remote && { href: remote })}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={fill(texts.fileNamed, { name, text: formatFileSize(size, language) })}
        onClick={follow}
      >
        {source ? (
          // A policy of the page may forbid pictures: then it is a tile like any other file.
          <img src={source} alt="" decoding="async" draggable={false} onError={() => setBlind(true)} />
        ) : (
          (isBlind || !isPicture(attachment)) && (
            <Fragment>
              <Icon path={DOCUMENT_ICON} size={24} />
              <span class="about">
                <bdi>{name}</bdi>
                <small>{remote === undefined ? texts.fileLost : `${kind} · ${formatFileSize(size, language)}`}</small>
              </span>
            </Fragment>
          )
        )}
      </a>
      {isMoving && (
        <button
          type="button"
          class="cancel"
          aria-label={fill(texts.fileCancel, { name })}
          onClick={() => actions.discard(message.id)}
        >
          <Ring value={attachment.progress ?? 0} name={name} />
          <Icon path={CLOSE_ICON} size={14} />
        </button>
      )}
    </Fragment>
  )
}

const RADIUS = 16
const AROUND = 2 * Math.PI * RADIUS

function Ring({ value, name }: { value: number; name: string }) {
  return (
    <svg
      class="ring"
      width="36"
      height="36"
      viewBox="0 0 36 36"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value * 100)}
    >
      <circle cx="18" cy="18" r={RADIUS} />
      <circle
        cx="18"
        cy="18"
        r={RADIUS}
        stroke-dasharray={AROUND}
        stroke-dashoffset={AROUND * (1 - Math.max(value, 0.03))}
      />
    </svg>
  )
}
