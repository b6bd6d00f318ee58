// @vitest-environment happy-dom

import { describe, expect, it } from 'vitest'
import { keepAnchor, toAnchors } from './anchors.ts'

const ROW_PX = 100
const VIEWPORT_PX = 300

/** A viewport of entries that are all equally high: happy-dom lays nothing out. */
function makeThread(keys: readonly string[]) {
  const viewport = document.createElement('div')
  viewport.getBoundingClientRect = () => new DOMRect(0, 50, 100, VIEWPORT_PX)
  const fill = (keys: readonly string[]) => {
    viewport.replaceChildren(
      ...keys.map((key, index) => {
        const entry = document.createElement('div')
        entry.dataset.key = key
        entry.getBoundingClientRect = () => new DOMRect(0, 50 + index * ROW_PX - viewport.scrollTop, 100, ROW_PX)
        return entry
      }),
    )
  }
  fill(keys)
  return { viewport, fill }
}

describe('a reader’s place', () => {
  it('[IN16] is kept when older messages come in above', () => {
    const { viewport, fill } = makeThread(['c', 'd', 'e', 'f', 'g'])
    viewport.scrollTop = 130
    const anchors = toAnchors(viewport)
    expect(anchors[0]).toEqual({ key: 'd', top: -30 })
    fill(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    keepAnchor(viewport, anchors)
    expect(viewport.scrollTop).toBe(330)
  })

  it('[IN16] is kept at the very top, where the day above the first message goes by another name', () => {
    const { viewport, fill } = makeThread(['day-c', 'c', 'd', 'e'])
    const anchors = toAnchors(viewport)
    fill(['day-a', 'a', 'b', 'c', 'd', 'e'])
    keepAnchor(viewport, anchors)
    expect(viewport.scrollTop).toBe(200)
  })

  it('[IN16] is not moved by what comes in below', () => {
    const { viewport, fill } = makeThread(['a', 'b', 'c', 'd', 'e'])
    viewport.scrollTop = 50
    const anchors = toAnchors(viewport)
    fill(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    keepAnchor(viewport, anchors)
    expect(viewport.scrollTop).toBe(50)
  })
})
