import type { InputHTMLAttributes } from 'preact'
import { useId } from 'preact/hooks'

type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'value'> & {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
}

export function TextField({ label, value, onValue, ...rest }: TextFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...rest} id={id} value={value} onInput={(event) => onValue(event.currentTarget.value)} />
    </div>
  )
}
