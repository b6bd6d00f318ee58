// The files of a message: their room at once, by what the message says of them, and what is in it as soon as the code for
// files is there. So nothing moves, whatever loads later.

import type { ThreadAttachment, ThreadMessage } from '@pendopo/sdk'
import { fitPicture, isPicture } from '@pendopo/sdk/files'
import { useEffect } from 'preact/hooks'
import type { Locale } from '../locale/load-locale.ts'
import type { ThreadActions } from '../thread/thread.tsx'
import { useStore } from '../use-store.ts'

/** Within the narrowest panel; a smaller picture as it is. */
const BOUNDS = { widest: 240, highest: 280, least: 48 }

interface AttachmentsProps {
  readonly message: ThreadMessage
  readonly attachments: readonly ThreadAttachment[]
  readonly locale: Locale
  readonly actions: ThreadActions
}

export function Attachments({ message, attachments, locale, actions }: AttachmentsProps) {
  const { files } = actions
  const module = useStore(files.$module)
  useEffect(() => void files.load().catch(() => {}), [])
  return (
    <div class="files">
      {attachments.map((attachment, index) => (
        <div key={index} class={isPicture(attachment) ? 'picture' : 'tile'} style={roomOf(attachment)}>
          {module && <module.File attachment={attachment} message={message} locale={locale} actions={actions} />}
        </div>
      ))}
    </div>
  )
}

function roomOf(attachment: ThreadAttachment) {
  if (!isPicture(attachment)) return {}
  const { width, height } = fitPicture(attachment, BOUNDS)
  return { width: `${width}px`, aspectRatio: `${width}/${height}` }
}
