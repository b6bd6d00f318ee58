// The files of a message: pictures in room reserved for them, all else as tiles with name and size. An address is asked
// for when it is needed, because it holds for some minutes only.

import { fitPicture, formatFileSize, isPicture } from '@pendopo/sdk/files'
import type { AgentConversation, ThreadAttachment, ThreadMessage } from '@pendopo/sdk/inbox'
import { FileText, X } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { useObjectUrl } from './use-object-url.ts'

/** A smaller picture is shown as it is. */
const BOUNDS = { widest: 320, highest: 320, least: 48 }

export type FileUrl = AgentConversation['fileUrl']

interface AttachmentsProps {
  readonly message: ThreadMessage
  readonly attachments: readonly ThreadAttachment[]
  readonly fileUrl: FileUrl
  /** Withdraws the message while its files are on their way. */
  readonly onCancel: (id: string) => void
}

export function Attachments({ message, attachments, fileUrl, onCancel }: AttachmentsProps) {
  return (
    <div class="files">
      {attachments.map((attachment, index) => (
        <div
          key={index}
          class={isPicture(attachment) ? 'file-room picture' : 'file-room tile'}
          style={roomOf(attachment)}
        >
          <File attachment={attachment} isStored={message.n !== null} fileUrl={fileUrl} />
          {message.status === 'sending' && attachment.progress !== undefined && (
            <button type="button" class="file-cancel" onClick={() => onCancel(message.id)}>
              <Ring value={attachment.progress} name={attachment.name} />
              <Icon of={X} size={14} label={`Cancel ${attachment.name}`} />
            </button>
          )}
        </div>
      ))}
    </div>
  )
}

function roomOf(attachment: ThreadAttachment): Record<string, string> {
  if (!isPicture(attachment)) return {}
  const { width, height } = fitPicture(attachment, BOUNDS)
  return { width: `${width}px`, aspectRatio: `${width}/${height}` }
}

interface FileProps {
  readonly attachment: ThreadAttachment
  /** Until its message is stored, a file is in no conversation, and so has no address. */
  readonly isStored: boolean
  readonly fileUrl: FileUrl
}

function File({ attachment, isStored, fileUrl }: FileProps) {
  const { name, size, file } = attachment
  const id = isStored ? attachment.id : null
  const picture = isPicture(attachment)
  const local = useObjectUrl(picture ? file : undefined)
  const [remote, setRemote] = useState<string | null | undefined>(null)
  const [isBroken, setBroken] = useState(false)
  useEffect(() => {
    let isShown = true
    if (id !== null)
      fileUrl(id).then(
        (url) => isShown && setRemote(url),
        () => isShown && setRemote(undefined),
      )
    return () => {
      isShown = false
    }
  }, [id, fileUrl])

  const follow = (event: MouseEvent) => {
    if (id === null || event.button !== 0) return
    event.preventDefault()
    fileUrl(id).then(openElsewhere, () => setRemote(undefined))
  }

  const source = picture && !isBroken ? (local ?? remote) : null
  const extension = (name.split('.').at(-1) ?? '').toUpperCase()
  const content = source ? (
    <img src={source} alt="" decoding="async" draggable={false} onError={() => setBroken(true)} />
  ) : (
    (isBroken || !picture) && (
      <>
        <Icon of={FileText} size={22} />
        <span class="file-about">
          <bdi>{name}</bdi>
          <small>{remote === undefined ? 'Cannot be loaded' : `${extension} · ${formatFileSize(size)}`}</small>
        </span>
      </>
    )
  )
  const label = `${name}, ${formatFileSize(size)}`
  return remote ? (
    <a class="file" href={remote} target="_blank" rel="noopener noreferrer" aria-label={label} onClick={follow}>
      {content}
    </a>
  ) : (
    <span class="file" role="img" aria-label={label}>
      {content}
    </span>
  )
}

/** Pictures open in a tab of their own; all else is saved under its name. */
function openElsewhere(url: string): void {
  const link = document.createElement('a')
  Object.assign(link, { href: url, target: '_blank', rel: 'noopener noreferrer' })
  link.click()
}

const RADIUS = 16
const AROUND = 2 * Math.PI * RADIUS

function Ring({ value, name }: { readonly value: number; readonly name: string }) {
  return (
    <svg
      class="file-ring"
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
