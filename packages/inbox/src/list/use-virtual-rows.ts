import type { RefObject } from 'preact'
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { scrollToShow, toVirtualWindow, type VirtualWindow } from './virtual-window.ts'

interface VirtualRows extends VirtualWindow {
  readonly viewport: RefObject<HTMLDivElement | null>
  readonly show: (index: number) => void
}

/** Follows a scrolling element and says which rows to render. It renders again only when the answer changes. */
export function useVirtualRows(count: number, rowHeight: number): VirtualRows {
  const viewport = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ scrollTop: 0, height: 800 })
  const range = toVirtualWindow({ count, rowHeight, ...view })

  useLayoutEffect(() => {
    const element = viewport.current
    if (element === null) return undefined
    const update = () => {
      // Steps of half the overscan: a pixel of scrolling is not worth a render.
      const step = rowHeight * 4
      const next = { scrollTop: Math.floor(element.scrollTop / step) * step, height: element.clientHeight }
      setView((view) => (view.scrollTop === next.scrollTop && view.height === next.height ? view : next))
    }
    update()
    element.addEventListener('scroll', update, { passive: true })
    const observer = new ResizeObserver(update)
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', update)
      observer.disconnect()
    }
  }, [rowHeight])

  const show = useCallback(
    (index: number) => {
      const element = viewport.current
      if (element === null) return
      const { scrollTop, clientHeight: height } = element
      const next = scrollToShow(index, { rowHeight, scrollTop, height })
      if (next !== scrollTop) element.scrollTop = next
    },
    [rowHeight],
  )

  return { viewport, ...range, show }
}
