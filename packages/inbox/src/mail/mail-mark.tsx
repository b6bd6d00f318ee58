import type { ThreadMail } from '@pendopo/sdk/inbox'
import { Mail } from 'lucide'
import { Icon } from '../ui/icon.tsx'
import { Sender } from './sender.tsx'

interface MailMarkProps {
  readonly mail: ThreadMail
  /** Shows the mail as it came. */
  readonly onOriginal: () => void
  /** Answers this mail and not the thread; where no mail can be written, `null`. */
  readonly onReply: (() => void) | null
}

/** That a message came or went by e-mail, and what stands on it. */
export function MailMark({ mail, onOriginal, onReply }: MailMarkProps) {
  const { subject, from, cc = [], bcc = [], original } = mail
  return (
    <div class="mail-mark">
      <p>
        <Icon of={Mail} size={14} />
        <span>By e-mail</span>
        {subject !== undefined && <bdi class="mail-subject">{subject}</bdi>}
      </p>
      {from !== undefined && (
        <p>
          From <Sender {...from} />
        </p>
      )}
      {cc.length > 0 && (
        <p>
          CC <bdi>{cc.join(', ')}</bdi>
        </p>
      )}
      {bcc.length > 0 && (
        <p>
          BCC <bdi>{bcc.join(', ')}</bdi>
        </p>
      )}
      {original !== undefined && (
        <p class="mail-actions">
          <button type="button" class="text-button" onClick={onOriginal}>
            Show original e-mail
          </button>
          {onReply !== null && (
            <button type="button" class="text-button" onClick={onReply}>
              Reply to this e-mail
            </button>
          )}
        </p>
      )}
    </div>
  )
}
