// Where a reader is in a thread, in terms that survive its growing at both ends: entries by name, and how far from the
// top of the viewport they are.

export interface Anchor {
  readonly key: string
  /** Pixels from the top of the viewport. */
  readonly top: number
}

const keyed = (element: HTMLElement) => element.querySelectorAll<HTMLElement>('[data-key]')

/** The entries in the viewport, from its top. */
export function toAnchors(element: HTMLElement): readonly Anchor[] {
  const { top: edge, bottom: end } = element.getBoundingClientRect()
  const anchors: Anchor[] = []
  for (const child of keyed(element)) {
    const { top, bottom } = child.getBoundingClientRect()
    if (top > end) break
    if (bottom > edge) anchors.push({ key: child.dataset.key ?? '', top: top - edge })
  }
  return anchors
}

/** Several, because the first may be gone: a day or a run of pages goes by another name once older ones join it. */
export function keepAnchor(element: HTMLElement, anchors: readonly Anchor[]): void {
  const byKey = new Map([...keyed(element)].map((child) => [child.dataset.key ?? '', child]))
  for (const { key, top } of anchors) {
    const child = byKey.get(key)
    if (child === undefined) continue
    const moved = child.getBoundingClientRect().top - element.getBoundingClientRect().top - top
    if (Math.abs(moved) >= 1) element.scrollTop += moved
    return
  }
}
