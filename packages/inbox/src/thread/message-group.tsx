import type { MessageStatus, ThreadMessage } from '@pendopo/sdk/inbox'
import { isEmojiOnly } from '@pendopo/sdk/rich-text'
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide'
import { memo } from 'preact/compat'
import { toRefusalWords } from '../app/error-words.ts'
import { Attachments, type FileUrl } from '../files/attachments.tsx'
import { MailMark } from '../mail/mail-mark.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { RichText } from '../ui/rich-text.tsx'
import { toClockTime, toFullTime } from '../ui/time.ts'
import type { MessageGroup as Group } from './to-blocks.ts'

interface MessageGroupProps {
  readonly group: Group
  /** The contact's id: they write under several identities and have one face. */
  readonly contact: string
  /** What the contact is called, where the author has no name of their own. */
  readonly name: string
  readonly fileUrl: FileUrl
  readonly onRetry: (id: string) => void
  readonly onDiscard: (id: string) => void
  /** Shows a received mail as it came. */
  readonly onOriginal: (id: string) => void
  /** Answers one received mail. */
  readonly onReply: ((message: ThreadMessage) => void) | null
}

/** One author's messages in a row; the time and the status stand under the last. */
export const MessageGroup = memo(
  function MessageGroup({ group, contact, name: contactName, fileUrl, ...actions }: MessageGroupProps) {
    const { author, side, mine, messages } = group
    const face = side === 'in' ? contact : author.id
    const name = mine ? 'You' : author.name || (side === 'in' ? contactName : 'A colleague')
    const last = messages[messages.length - 1]
    return (
      <div class={`group group-${side} ${mine ? 'group-mine' : ''}`}>
        {!mine && <Avatar id={face} name={name} size="small" />}
        <div class="group-body">
          {side === 'out' && !mine && (
            <span class="group-author" dir="auto">
              {name}
            </span>
          )}
          {messages.map((message) => (
            <Message key={message.id} {...{ message, name, fileUrl }} {...actions} />
          ))}
          {last !== undefined && last.status !== 'failed' && (
            <span class="group-foot">
              {last.editedAt !== null && 'Edited · '}
              <time dateTime={new Date(last.at).toISOString()} title={toFullTime(last.at)}>
                {toClockTime(last.at)}
              </time>
              {side === 'out' && <StatusMark status={last.status} />}
            </span>
          )}
        </div>
      </div>
    )
  },
  // Blocks are made anew whenever the thread changes; the messages in them keep their identity.
  (before, after) =>
    before.contact === after.contact &&
    before.name === after.name &&
    before.fileUrl === after.fileUrl &&
    before.onRetry === after.onRetry &&
    before.onDiscard === after.onDiscard &&
    before.onOriginal === after.onOriginal &&
    before.onReply === after.onReply &&
    before.group.author === after.group.author &&
    before.group.messages.length === after.group.messages.length &&
    before.group.messages.every((message, index) => message === after.group.messages[index]),
)

interface MessageProps extends Omit<MessageGroupProps, 'group' | 'contact'> {
  readonly message: ThreadMessage
  readonly name: string
}

function Message({ message, name, fileUrl, onRetry, onDiscard, onOriginal, onReply }: MessageProps) {
  const { attachments } = message
  const failed = message.status === 'failed'
  return (
    <div class="message" data-key={message.id}>
      <span class="visually-hidden">{name}: </span>
      {message.mail !== undefined && (
        <MailMark
          mail={message.mail}
          onOriginal={() => onOriginal(message.id)}
          onReply={onReply && (() => onReply(message))}
        />
      )}
      {attachments && <Attachments {...{ message, attachments, fileUrl }} onCancel={onDiscard} />}
      {message.text === null ? (
        <p class="bubble bubble-gone">This message was removed</p>
      ) : message.text === '' ? null : (
        <div
          class={`bubble ${failed ? 'bubble-failed' : ''} ${isEmojiOnly(message.text) ? 'bubble-emoji' : ''}`}
          dir="auto"
        >
          <RichText text={message.text} />
        </div>
      )}
      {failed && (
        <p class="message-failure">
          <Icon of={CircleAlert} size={14} /> Not sent
          {message.error !== null && `: ${toRefusalWords(message.error, message.attachments !== undefined)}`}
          <button type="button" class="text-button" onClick={() => onRetry(message.id)}>
            Try again
          </button>
          <button type="button" class="text-button" onClick={() => onDiscard(message.id)}>
            Delete
          </button>
        </p>
      )}
    </div>
  )
}

const STATUS_ICONS = { sending: Clock, stored: Check, read: CheckCheck } as const
const STATUS_WORDS = { sending: 'Sending', stored: 'Delivered', read: 'Read' } as const

function StatusMark({ status }: { readonly status: MessageStatus }) {
  if (status === 'failed') return null
  return (
    <span class={`tick tick-${status}`} title={STATUS_WORDS[status]}>
      <Icon of={STATUS_ICONS[status]} size={14} label={STATUS_WORDS[status]} />
    </span>
  )
}
