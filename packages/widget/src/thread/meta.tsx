import type { ThreadMessage } from '@pendopo/sdk'
import type { Locale } from '../locale/load-locale.ts'
import { Icon } from '../theme/icon.tsx'
import { ALERT_ICON, CHECK_ICON, CHECKS_ICON, CLOCK_ICON } from '../theme/icons.ts'

const ICONS = { sending: CLOCK_ICON, stored: CHECK_ICON, read: CHECKS_ICON } as const

/** Time and, under one's own messages, how far it has come. */
export function Meta({ message, locale }: { message: ThreadMessage; locale: Locale }) {
  const { texts, format } = locale
  const { at, status, mine, editedAt, mail } = message
  const words = { sending: texts.sending, stored: texts.sent, read: texts.read }
  return (
    <p class="meta">
      {mail && `${texts.byMail} · `}
      {editedAt !== null && `${texts.edited} · `}
      {/* Written out when somebody points at it: for a page of messages at once it would be felt. */}
      <time
        dateTime={new Date(at).toISOString()}
        onPointerEnter={({ currentTarget }) => {
          currentTarget.title ||= format.full(at)
        }}
      >
        {format.time(at)}
      </time>
      {mine && status !== 'failed' && (
        <span class={`status ${status}`} title={words[status]}>
          <Icon path={ICONS[status]} size={16} />
          <span class="hidden">{words[status]}</span>
        </span>
      )}
    </p>
  )
}

/** Words for every code: what is the visitor's to mend is said, what is not is only told. */
const REASONS: Readonly<Record<NonNullable<ThreadMessage['error']>['code'], keyof Locale['texts']>> = {
  too_large: 'failedLong',
  unsupported_type: 'failedKind',
  rate_limited: 'failedLimit',
  forbidden: 'failedRefused',
  conflict: 'failedRefused',
  not_found: 'failedRefused',
  unauthenticated: 'signInRefused',
  wrong_credentials: 'signInRefused',
  origin_refused: 'refused',
  upgrade: 'reload',
  unknown: 'reload',
  invalid: 'failed',
  id_reused: 'failed',
  unavailable: 'failed',
  overloaded: 'failed',
  internal: 'failed',
}

interface FailureProps {
  readonly message: ThreadMessage
  readonly locale: Locale
  readonly onRetry: (id: string) => void
  readonly onDiscard: (id: string) => void
}

/** Why a message was refused, and the two things one can do about it. */
export function Failure({ message, locale, onRetry, onDiscard }: FailureProps) {
  const { texts } = locale
  const code = message.error?.code
  const isLargeFile = code === 'too_large' && message.attachments !== undefined
  const reason = texts[isLargeFile ? 'failedLarge' : code ? REASONS[code] : 'failed']
  return (
    <div class="failure">
      <p>
        <Icon path={ALERT_ICON} size={14} />
        {reason}
      </p>
      <button type="button" onClick={() => onRetry(message.id)}>
        {texts.retry}
      </button>
      <button type="button" onClick={() => onDiscard(message.id)}>
        {texts.remove}
      </button>
    </div>
  )
}
