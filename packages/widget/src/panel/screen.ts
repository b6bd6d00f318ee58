// The phone's side of the panel: where it fills the screen, it follows the visual viewport (iOS lays its keyboard over
// the layout viewport instead of shrinking it), keeps the focus inside, and is announced as modal.

/** Kept equal to the media query in `chat.css`. */
const FULL_SCREEN = '(max-width: 480px), (max-height: 420px) and (pointer: coarse)'

/** Whether the panel covers the screen; calls back when that changes. */
export function watchFullScreen(onChange: (isFull: boolean) => void): () => void {
  const query = matchMedia(FULL_SCREEN)
  const tell = (): void => onChange(query.matches)
  tell()
  const stop = new AbortController()
  query.addEventListener('change', tell, stop)
  return () => stop.abort()
}

/** Lets `--top` and `--height` of the element follow what is left of the screen. */
export function followViewport(element: HTMLElement): () => void {
  const viewport = window.visualViewport
  if (!viewport) return () => {}
  const follow = (): void => {
    // A page that is zoomed into has a smaller viewport too, and there the panel keeps its size.
    const isZoomed = viewport.scale > 1.01
    element.style.setProperty('--top', isZoomed ? '0px' : `${viewport.offsetTop}px`)
    element.style.setProperty('--height', isZoomed ? '100%' : `${viewport.height}px`)
  }
  follow()
  const stop = new AbortController()
  viewport.addEventListener('resize', follow, stop)
  viewport.addEventListener('scroll', follow, stop)
  return () => stop.abort()
}

/** Tab at the last element goes to the first, and the reverse. */
export function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  const stops = [...panel.querySelectorAll<HTMLElement>('button, a[href], textarea, [tabindex="0"]')]
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1]
  const root = panel.getRootNode()
  const active = root instanceof ShadowRoot ? root.activeElement : null
  if (active !== edge && active !== panel) return
  event.preventDefault()
  stops[event.shiftKey ? stops.length - 1 : 0]?.focus()
}
