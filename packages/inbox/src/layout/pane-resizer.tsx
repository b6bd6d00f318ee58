import { useRef } from 'preact/hooks'

interface PaneResizerProps {
  readonly label: string
  readonly width: number
  readonly min: number
  readonly max: number
  readonly onResize: (width: number) => void
}

/** Pixels for one press of an arrow key. */
const STEP = 16

/** The line between two panes: dragged with a pointer or moved with the arrows. */
export function PaneResizer({ label, width, min, max, onResize }: PaneResizerProps) {
  const start = useRef<{ x: number; width: number } | null>(null)
  const resize = (next: number) => onResize(Math.round(Math.min(max, Math.max(min, next))))
  return (
    <div
      class="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={(event) => {
        start.current = { x: event.clientX, width }
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (start.current !== null)
          resize(start.current.width + (event.clientX - start.current.x) * directionOf(event.currentTarget))
      }}
      onPointerUp={() => {
        start.current = null
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
        event.preventDefault()
        resize(width + STEP * (event.key === 'ArrowRight' ? 1 : -1) * directionOf(event.currentTarget))
      }}
    />
  )
}

/** Where the page runs from right to left, so does the growing of a pane. */
const directionOf = (element: Element): 1 | -1 => (getComputedStyle(element).direction === 'rtl' ? -1 : 1)
