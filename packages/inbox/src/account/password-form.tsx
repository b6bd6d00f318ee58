import { AGENT_LIMITS, type PasswordChange } from '@pendopo/sdk/inbox'
import { useId, useRef, useState } from 'preact/hooks'
import { toPasswordWords, TOO_SHORT } from '../app/error-words.ts'
import { TextField } from '../ui/text-field.tsx'
import { Outcome, type Said } from './outcome.tsx'

interface PasswordFormProps {
  readonly email: string
  readonly onChange: (change: PasswordChange) => Promise<void>
}

/** Asks for the current password and a new one. */
export function PasswordForm({ email, onChange }: PasswordFormProps) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [isShown, setShown] = useState(false)
  const [said, setSaid] = useState<Said | null>(null)
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()
  const type = isShown ? 'text' : 'password'
  const focus = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.select()

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy) return
    if (next.length < AGENT_LIMITS.passwordLength) {
      setSaid({ is: 'problem', text: TOO_SHORT })
      return focus('new-password')
    }
    setBusy(true)
    try {
      await onChange({ current, next })
      setSaid({ is: 'done', text: 'Your password is changed, and every other session has ended.' })
      setCurrent('')
      setNext('')
      setShown(false)
    } catch (error) {
      setSaid({ is: 'problem', text: toPasswordWords(error) })
      focus('current-password')
    }
    setBusy(false)
  }

  return (
    <form ref={form} class="account-part" onSubmit={submit} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Password</h3>
      {/* For password managers: whose password it is. */}
      <input type="text" name="username" autocomplete="username" value={email} readOnly hidden />
      <TextField
        label="Current password"
        name="current-password"
        autocomplete="current-password"
        required
        {...{ type, value: current, onValue: setCurrent, describedBy: `${id}-said` }}
      />
      <TextField
        label="New password"
        name="new-password"
        autocomplete="new-password"
        required
        {...{ type, value: next, onValue: setNext, describedBy: `${id}-rule ${id}-said` }}
      />
      <label class="check">
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
        Show what I type
      </label>
      <p id={`${id}-rule`} class="dialog-note">
        At least {AGENT_LIMITS.passwordLength} characters. Everywhere else you are signed out.
      </p>
      <Outcome id={`${id}-said`} said={said} />
      <div class="dialog-actions">
        <button type="submit" class="button button-primary" aria-disabled={busy}>
          {busy ? 'Changing it' : 'Change password'}
        </button>
      </div>
    </form>
  )
}
