import { isEmojiOnly } from '@pendopo/sdk/rich-text'
import { Attachments } from '../attachments/attachments.tsx'
import type { ToNodes } from '../rich-text/create-words.ts'
import { Failure, Meta } from './meta.tsx'
import { Monogram } from './monogram.tsx'
import type { Row } from './rows.ts'
import type { ThreadActions } from './thread.tsx'
import type { Locale } from '../locale/load-locale.ts'
import type { ThreadMessage } from '@pendopo/sdk'

interface MessageProps {
  readonly row: Row
  readonly message: ThreadMessage
  readonly locale: Locale
  readonly toNodes: ToNodes
  readonly actions: ThreadActions
}

/** One message. Face, time and status stand with the last of a group only. */
export function Message({ row, message, locale, toNodes, actions }: MessageProps) {
  const { mine, text, author, status, attachments } = message
  const name = author.name || locale.texts.someone
  const look = text === null ? 'bubble gone' : isEmojiOnly(text) ? 'bubble emoji' : 'bubble'
  return (
    <div
      class={`message ${mine ? 'mine' : 'theirs'}${row.first ? ' first' : ''}${status === 'failed' ? ' failed' : ''}`}
    >
      {row.named && (
        <p class="name">
          <bdi>{name}</bdi>
        </p>
      )}
      {!mine && row.last && <Monogram name={name} />}
      {attachments && <Attachments message={message} attachments={attachments} locale={locale} actions={actions} />}
      {text !== '' && (
        <div class={look} dir="auto">
          {text === null ? locale.texts.removed : toNodes(text)}
        </div>
      )}
      {status === 'failed' && (
        <Failure message={message} locale={locale} onRetry={actions.retry} onDiscard={actions.discard} />
      )}
      {row.last && status !== 'failed' && <Meta message={message} locale={locale} />}
    </div>
  )
}
