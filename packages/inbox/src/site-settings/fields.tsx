import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface SelectFieldProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onValue: (value: Value) => void
}

export function SelectField<Value extends string>({ label, value, options, onValue }: SelectFieldProps<Value>) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = options.find((option) => option.value === currentTarget.value)
          if (chosen !== undefined) onValue(chosen.value)
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

interface LinesFieldProps {
  readonly label: string
  readonly value: string
  readonly rows: number
  readonly note?: string
  readonly required?: boolean
  readonly onValue: (value: string) => void
}

/** Text of more than a line. */
export function LinesField({ label, value, rows, note, required = false, onValue }: LinesFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        spellcheck={false}
        required={required}
        value={value}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
      {note !== undefined && (
        <p class="dialog-note" id={`${id}-note`}>
          {note}
        </p>
      )}
    </div>
  )
}

interface CheckFieldProps {
  readonly checked: boolean
  readonly onChecked: (checked: boolean) => void
  readonly children: ComponentChildren
}

export function CheckField({ checked, onChecked, children }: CheckFieldProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={({ currentTarget }) => onChecked(currentTarget.checked)} />
      {children}
    </label>
  )
}
