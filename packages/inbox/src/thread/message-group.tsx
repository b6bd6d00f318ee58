import type { MessageStatus, ThreadMessage } from '@pendopo/sdk/inbox'
import { isEmojiOnly } from '@pendopo/sdk/rich-text'
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide'
import { memo } from 'preact/compat'
import { Avatar } from '../ui/avatar.tsx'
import { toDisplayName } from '../ui/display-name.ts'
import { Icon } from '../ui/icon.tsx'
import { RichText } from '../ui/rich-text.tsx'
import { toClockTime, toFullTime } from '../ui/time.ts'
import type { MessageGroup as Group } from './to-blocks.ts'

interface MessageGroupProps {
  readonly group: Group
  /** The contact's id: they write under several identities and have one face. */
  readonly contact: string
  readonly onRetry: (id: string) => void
  readonly onDiscard: (id: string) => void
}

/** One author's messages in a row; the time and the status stand under the last. */
export const MessageGroup = memo(
  function MessageGroup({ group, contact, onRetry, onDiscard }: MessageGroupProps) {
    const { author, side, mine, messages } = group
    const face = side === 'in' ? contact : author.id
    const name = mine ? 'You' : toDisplayName(author.name, face)
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
            <Message key={message.id} message={message} name={name} onRetry={onRetry} onDiscard={onDiscard} />
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
    before.onRetry === after.onRetry &&
    before.onDiscard === after.onDiscard &&
    before.group.author === after.group.author &&
    before.group.messages.length === after.group.messages.length &&
    before.group.messages.every((message, index) => message === after.group.messages[index]),
)

interface MessageProps {
  readonly message: ThreadMessage
  readonly name: string
  readonly onRetry: (id: string) => void
  readonly onDiscard: (id: string) => void
}

function Message({ message, name, onRetry, onDiscard }: MessageProps) {
  const failed = message.status === 'failed'
  return (
    <div class="message" data-key={message.id}>
      <span class="visually-hidden">{name}: </span>
      {message.text === null ? (
        <p class="bubble bubble-gone">This message was removed</p>
      ) : (
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
          {message.error !== null && `: ${toFailure(message.error.code)}`}
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

function toFailure(code: string): string {
  if (code === 'forbidden' || code === 'not_found') return 'you may no longer write here'
  if (code === 'too_large' || code === 'invalid') return 'it is too long'
  return 'the server refused it'
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
