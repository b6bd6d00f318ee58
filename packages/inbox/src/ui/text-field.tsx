import type { TargetedInputEvent } from 'preact'
import { useId } from 'preact/hooks'

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: 'text' | 'email' | 'password' | 'number'
  readonly name?: string
  readonly autocomplete?: 'username' | 'current-password' | 'new-password' | 'one-time-code' | 'off'
  readonly required?: boolean
  readonly maxLength?: number
  /** Of a number. */
  readonly min?: number
  readonly max?: number
  readonly autoFocus?: boolean
  /** Id of what else there is to know about it. */
  readonly describedBy?: string
}

export function TextField({ label, value, onValue, describedBy, type = 'text', ...rest }: TextFieldProps) {
  const id = useId()
  const attributes = {
    ...rest,
    ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    id,
    value,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onValue(event.currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {/* One each: the types of their attributes differ. */}
      {type === 'password' && <input {...attributes} type="password" />}
      {type === 'email' && <input {...attributes} type="email" />}
      {type === 'number' && <input {...attributes} type="number" />}
      {type === 'text' && <input {...attributes} type="text" />}
    </div>
  )
}
