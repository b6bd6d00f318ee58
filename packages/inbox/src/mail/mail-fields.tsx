// What stands above the text of a mail: to whom it goes, its subject and its copies.

import { LIMITS, type ConversationView } from '@pendopo/sdk/inbox'
import { useId, useState } from 'preact/hooks'
import type { MailDraft, MailField, MailProblems } from './mail-draft.ts'

interface MailFieldsProps {
  readonly mail: NonNullable<ConversationView['mail']>
  readonly subject: string
  readonly draft: MailDraft
  readonly problems: MailProblems
  /** The thread goes on under this subject; another begins a new mail. */
  readonly threadSubject: string
  readonly onChange: (change: Partial<MailDraft>) => void
}

export function MailFields({ mail, subject, draft, problems, threadSubject, onChange }: MailFieldsProps) {
  const [hasCopies, setCopies] = useState(draft.cc !== '' || draft.bcc !== '')
  const id = useId()
  const field = (name: MailField, label: string, value: string, write: (value: string) => void) => (
    <div class="mail-field">
      <label for={`${id}-${name}`}>{label}</label>
      <input
        id={`${id}-${name}`}
        type="text"
        data-mail-field={name}
        dir="auto"
        autocomplete="off"
        value={value}
        maxLength={name === 'subject' ? LIMITS.subjectLength : undefined}
        aria-required={name === 'subject'}
        aria-invalid={problems[name] !== undefined}
        aria-describedby={problems[name] === undefined ? undefined : `${id}-${name}-problem`}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {problems[name] !== undefined && (
        <p class="mail-problem" id={`${id}-${name}-problem`} role="alert">
          {problems[name]}
        </p>
      )}
    </div>
  )
  const { answers } = draft
  return (
    <div class="mail-fields">
      {answers !== null && (
        <p class="mail-answers">
          <span>Answers</span>
          <bdi>{answers.words === '' ? answers.subject : answers.words}</bdi>
          <button type="button" class="text-button" onClick={() => onChange({ answers: null, subject: null })}>
            Answer the thread
          </button>
        </p>
      )}
      <p class="mail-to">
        <span>To</span>
        <bdi>{mail.address}</bdi>
        {!mail.isVerified && <span class="mail-note">not verified</span>}
        {!hasCopies && (
          <button type="button" class="text-button" onClick={() => setCopies(true)}>
            Add CC, BCC
          </button>
        )}
      </p>
      {hasCopies && field('cc', 'CC', draft.cc, (cc) => onChange({ cc }))}
      {hasCopies && field('bcc', 'BCC', draft.bcc, (bcc) => onChange({ bcc }))}
      {field('subject', 'Subject', subject, (next) => onChange({ subject: next }))}
      {threadSubject !== '' && subject.trim() !== threadSubject && subject.trim() !== '' && (
        <p class="mail-note mail-new">Another subject begins a new mail.</p>
      )}
      {mail.isBounced === true && <p class="mail-note">The last mail to this address came back.</p>}
      {mail.isStopped && <p class="mail-note">The customer wants no more e-mail of this conversation.</p>}
    </div>
  )
}
