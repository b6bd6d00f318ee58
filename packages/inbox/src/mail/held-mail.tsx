import type { ThreadEvent } from '@pendopo/sdk/inbox'
import { ShieldAlert } from 'lucide'
import { Fragment } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { RichText } from '../ui/rich-text.tsx'
import { toClockTime, toFullTime } from '../ui/time.ts'
import { toHeldWords } from './held-why.ts'

interface HeldMailProps {
  readonly id: string
  readonly event: ThreadEvent
  readonly onRule: (accepted: boolean) => void
  readonly onOriginal: () => void
}

/** A mail that waits: what it says, why nobody can be sure of whom, and the two things to do with it. */
export function HeldMail({ id, event, onRule, onOriginal }: HeldMailProps) {
  const { mail, text, attachments = [] } = event.words ?? {}
  const titleId = useId()
  const from = mail?.from
  const why = toHeldWords(event.data.why)
  return (
    <section class="held" data-key={id} aria-labelledby={titleId}>
      <header class="held-head">
        <Icon of={ShieldAlert} size={18} />
        <h3 id={titleId}>Unverified sender</h3>
        <time dateTime={new Date(event.at).toISOString()} title={toFullTime(event.at)}>
          {toClockTime(event.at)}
        </time>
      </header>
      <p class="held-from">
        <bdi>{from === undefined ? 'Unknown sender' : from.address}</bdi>
        {from?.name !== undefined && (
          <>
            {' calls themselves '}
            <bdi>{from.name}</bdi>
          </>
        )}
      </p>
      {why !== '' && <p class="held-why">{why}</p>}
      {mail?.subject !== undefined && (
        <p class="held-subject" dir="auto">
          {mail.subject}
        </p>
      )}
      {text !== undefined && (
        <div class="held-text" dir="auto" tabIndex={0} role="region" aria-label="What the e-mail says">
          <RichText text={text} />
        </div>
      )}
      {attachments.length > 0 && (
        <p class="held-files">
          With{' '}
          {attachments.map(({ name }, index) => (
            <Fragment key={index}>
              {index > 0 && ', '}
              <bdi>{name}</bdi>
            </Fragment>
          ))}
        </p>
      )}
      <div class="held-actions">
        {mail?.original !== undefined && (
          <button type="button" class="text-button" onClick={onOriginal}>
            Show original e-mail
          </button>
        )}
        <button type="button" class="button" onClick={() => onRule(false)}>
          Leave out
        </button>
        <button type="button" class="button button-primary" onClick={() => onRule(true)}>
          Add to conversation
        </button>
      </div>
    </section>
  )
}
