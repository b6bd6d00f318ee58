import { Bold, Code, Italic, Link, type IconNode } from 'lucide'
import { Icon } from '../ui/icon.tsx'
import { toggleMark, toLink, type Selected } from './format-text.ts'

export type Format = (selected: Selected) => Selected

const bold: Format = (selected) => toggleMark(selected, '**')
const italic: Format = (selected) => toggleMark(selected, '*')
const code: Format = (selected) => toggleMark(selected, '`')

const BUTTONS: readonly {
  readonly label: string
  readonly icon: IconNode
  readonly key?: string
  readonly format: Format
}[] = [
  { label: 'Bold', icon: Bold, key: 'b', format: bold },
  { label: 'Italic', icon: Italic, key: 'i', format: italic },
  { label: 'Code', icon: Code, format: code },
  { label: 'Link', icon: Link, format: toLink },
]

/** What Ctrl or Cmd with this key does to the text. */
export const toFormat = (key: string): Format | undefined => BUTTONS.find((button) => button.key === key)?.format

interface FormatBarProps {
  readonly isMac: boolean
  readonly onFormat: (format: Format) => void
}

export function FormatBar({ isMac, onFormat }: FormatBarProps) {
  return (
    <div class="format-bar" role="group" aria-label="Format">
      {BUTTONS.map(({ label, icon, key, format }) => (
        <button
          key={label}
          type="button"
          class="icon-button"
          title={key === undefined ? label : `${label} (${isMac ? '⌘' : 'Ctrl+'}${key.toUpperCase()})`}
          // The selection is in the field, and so the focus has to stay there.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onFormat(format)}
        >
          <Icon of={icon} size={16} label={label} />
        </button>
      ))}
    </div>
  )
}
