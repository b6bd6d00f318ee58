// How senders are verified, and how our own mails are signed.

import { TextField } from '../ui/text-field.tsx'
import { CheckField, LinesField, SelectField } from './fields.tsx'
import type { MailSettingsDraft } from './mail-settings-draft.ts'

const WAYS = [
  { value: 'mailauth', label: 'Here, by SPF, DKIM and DMARC' },
  { value: 'receiver-header', label: 'By what the receiving server wrote' },
  { value: 'none', label: 'Not at all: every mail waits for an agent' },
] as const

interface SenderFieldsProps {
  readonly draft: MailSettingsDraft
  readonly onChange: (change: Partial<MailSettingsDraft>) => void
}

export function SenderFields({ draft, onChange }: SenderFieldsProps) {
  const { dkim } = draft
  const changeDkim = (part: Partial<typeof dkim>) => onChange({ dkim: { ...dkim, ...part } })
  return (
    <fieldset>
      <legend>Senders and signing</legend>
      <SelectField
        label="Verify senders"
        options={WAYS}
        value={draft.authentication}
        onValue={(authentication) => onChange({ authentication })}
      />
      {draft.authentication === 'receiver-header' && (
        <TextField
          label="Name of that server in its header"
          required
          value={draft.authservId}
          onValue={(authservId) => onChange({ authservId })}
        />
      )}
      <CheckField checked={draft.hasDkim} onChecked={(hasDkim) => onChange({ hasDkim })}>
        Sign mails with DKIM here (most providers do it themselves)
      </CheckField>
      {draft.hasDkim && (
        <>
          <div class="settings-grid">
            <TextField label="DKIM domain" required value={dkim.domain} onValue={(domain) => changeDkim({ domain })} />
            <TextField
              label="DKIM selector"
              required
              value={dkim.selector}
              onValue={(selector) => changeDkim({ selector })}
            />
          </div>
          <LinesField
            label={`DKIM private key${dkim.hasSecret ? ' (stored: type only to replace it)' : ''}`}
            rows={3}
            value={dkim.privateKey}
            onValue={(privateKey) => changeDkim({ privateKey })}
          />
        </>
      )}
    </fieldset>
  )
}
