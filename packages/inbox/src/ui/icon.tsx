import type { IconNode } from 'lucide'
import { h } from 'preact'

const BOX = 24
const STROKE = 1.5

interface IconProps {
  /** A drawing of the set. */
  readonly of: IconNode
  readonly size?: number
  readonly class?: string
  /** What it says to those who do not see it; without one it is decoration. */
  readonly label?: string
}

/** One icon of the set, drawn as nodes, with a stroke that stays 1.5 px at any size. */
export function Icon({ of, size = 18, class: className, label }: IconProps) {
  return (
    <svg
      class={`icon ${className ?? ''}`}
      width={size}
      height={size}
      viewBox={`0 0 ${BOX} ${BOX}`}
      fill="none"
      stroke="currentColor"
      stroke-width={(STROKE * BOX) / size}
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {of.map(([tag, attributes]) => h(tag, { ...attributes, key: undefined }))}
    </svg>
  )
}
