// One mail server in the form: where it is, how it is spoken to, and who logs in.

import { TextField } from '../ui/text-field.tsx'
import { SelectField } from './fields.tsx'
import type { EndpointDraft } from './mail-settings-draft.ts'

const SECURITY = [
  { value: 'tls', label: 'TLS from the start' },
  { value: 'starttls', label: 'STARTTLS' },
  { value: 'none', label: 'None (not over the internet)' },
] as const

const PROOF = [
  { value: 'password', label: 'A password' },
  { value: 'oauth', label: 'OAuth' },
] as const

interface EndpointFieldsProps {
  /** Stands before each label, so that the two servers are told apart by ear. */
  readonly name: 'SMTP' | 'IMAP'
  readonly draft: EndpointDraft
  readonly onChange: (change: Partial<EndpointDraft>) => void
}

export function EndpointFields({ name, draft, onChange }: EndpointFieldsProps) {
  const text = (key: keyof EndpointDraft & string, label: string, required = false) => (
    <TextField
      label={`${name} ${label}`}
      value={String(draft[key])}
      autocomplete="off"
      required={required}
      onValue={(value) => onChange({ [key]: value })}
    />
  )
  const secret = (key: 'password' | 'clientSecret' | 'refreshToken', label: string, note: string) => (
    <TextField
      label={`${name} ${label}${draft.hasSecret ? ' (stored: type only to replace it)' : note}`}
      type="password"
      autocomplete="new-password"
      value={draft[key]}
      onValue={(value) => onChange({ [key]: value })}
    />
  )
  return (
    <div class="settings-grid">
      {text('host', 'host', true)}
      <TextField
        label={`${name} port`}
        type="number"
        min={1}
        max={65_535}
        required
        value={draft.port}
        onValue={(port) => onChange({ port })}
      />
      <SelectField
        label={`${name} security`}
        options={SECURITY}
        value={draft.security}
        onValue={(security) => onChange({ security })}
      />
      <SelectField
        label={`${name} login with`}
        options={PROOF}
        value={draft.proof}
        onValue={(proof) => onChange({ proof })}
      />
      {text('user', 'user (empty: the address)')}
      {draft.proof === 'password' ? (
        secret('password', 'password', name === 'IMAP' ? ' (empty: that of SMTP)' : '')
      ) : (
        <>
          {text('tokenUrl', 'token address', true)}
          {text('clientId', 'client id', true)}
          {secret('clientSecret', 'client secret', '')}
          {secret('refreshToken', 'refresh token', '')}
        </>
      )}
      {name === 'IMAP' && text('folder', 'folder (empty: INBOX)')}
    </div>
  )
}
