import { useId } from 'preact/hooks'

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly type?: 'text' | 'email' | 'password'
  readonly name?: string
  readonly autocomplete?: 'username' | 'current-password' | 'off'
  readonly required?: boolean
  readonly maxLength?: number
  readonly autoFocus?: boolean
  /** Id of what else there is to know about it. */
  readonly describedBy?: string
}

export function TextField({ label, value, onValue, describedBy, ...rest }: TextFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...rest} {...(describedBy !== undefined && { 'aria-describedby': describedBy })} id={id} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    </div>
  )
}
