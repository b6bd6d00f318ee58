// The messages, newest at the bottom, and the reader's place in them. Gets items and callbacks; knows nothing about the
// connection or about storage.

import type { ThreadAuthor, ThreadItem } from '@pendopo/sdk'
import { Fragment, type ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { fill } from '../locale/texts.ts'
import type { Locale } from '../locale/load-locale.ts'
import { Icon } from '../theme/icon.tsx'
import { LATEST_ICON } from '../theme/icons.ts'
import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'
import { createBlocks } from './blocks.ts'
import { isAtEnd } from './place.ts'
import { useWindow } from './use-window.ts'

/** Older messages are fetched when there is less than this above: a screen and a half, so that nobody waits. */
const FETCH_WITHIN_PX = 900

/** Further from the end than this, a button leads back. */
const FAR_PX = 400

export interface ThreadActions {
  readonly retry: (id: string) => void
  readonly discard: (id: string) => void
  /** Whether the newest message is in sight; called again whenever that may have changed. */
  readonly look: (isAtEnd: boolean) => void
  readonly loadOlder: () => void
  readonly files: Widget['files']
  readonly fileUrl: (id: string) => Promise<string>
}

interface ThreadProps {
  readonly label: string
  readonly items: readonly ThreadItem[]
  readonly agents: readonly ThreadAuthor[]
  readonly locale: Locale
  readonly messages: Widget['messages']
  readonly unread: number
  /** The message before which the unread line stands. */
  readonly line: string | null
  readonly hasOlder: boolean
  /** Whether it has come and its panel is open. */
  readonly isShown: boolean
  /** What stands above the first message. */
  readonly beginning: ComponentChildren
  /** What stands below the last, in room that is always there. */
  readonly end: ComponentChildren
  readonly actions: ThreadActions
}

type Place = 'end' | 'near' | 'far'

export function Thread(props: ThreadProps) {
  const { label, items, agents, locale, messages, unread, line, hasOlder, isShown, beginning, end, actions } = props
  const scroller = useRef<HTMLDivElement | null>(null)
  const [place, setPlace] = useState<Place>('end')
  const toBlocks = useMemo(createBlocks, [])
  const code = useStore(messages.$module)
  const blocks = useMemo(() => toBlocks(items), [items])
  const { start, end: drawnEnd, above, below, watch, leap, follow } = useWindow(blocks, scroller)
  const last = items[items.length - 1]

  useEffect(() => {
    // Where it does not come, the next change asks again.
    if (last) messages.load().catch(() => {})
  }, [items])

  const look = (): void => {
    const element = scroller.current
    follow()
    if (!element || !isShown) return
    const atEnd = isAtEnd(element)
    setPlace(atEnd ? 'end' : element.scrollTop < -FAR_PX ? 'far' : 'near')
    actions.look(atEnd)
    const unseen = element.scrollHeight - element.clientHeight + element.scrollTop
    if (hasOlder && unseen < FETCH_WITHIN_PX) actions.loadOlder()
  }
  const goToEnd = (): void => {
    if (scroller.current) scroller.current.scrollTop = 0
  }
  useLayoutEffect(() => {
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [items, isShown, hasOlder, unread])

  // One's own message is where one looks next.
  const ownId = last?.type === 'message' && last.mine ? last.id : undefined
  useLayoutEffect(() => {
    if (ownId !== undefined) goToEnd()
  }, [ownId])

  // A thread opens where reading goes on: at its end, or at the unread line where that is further up.
  const isToReach = useRef(false)
  useLayoutEffect(() => {
    isToReach.current = isShown && line !== null
  }, [isShown])
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element || !isToReach.current) return
    const mark = element.querySelector<HTMLElement>('.line')
    isToReach.current = !mark
    if (!mark) return leap(blocks.findIndex((block) => block.items.some(({ id }) => id === line)))
    element.scrollTop = Math.min(element.scrollTop, mark.offsetTop)
  }, [isShown, start, code])

  return (
    <div class="thread">
      <div class="scroller" ref={scroller} onScroll={look} tabIndex={0} role="log" aria-live="off" aria-label={label}>
        <div class="content">
          {/* Keys, or Preact takes one for another when the first changes its kind, and builds the thread anew. */}
          <div key="top">{hasOlder ? <div class="older" /> : beginning}</div>
          <div key="above" style={{ height: `${above}px` }} />
          <Fragment key="blocks">
            {code && <code.Blocks {...{ blocks, start, line, agents, locale, actions, watch }} end={drawnEnd} />}
          </Fragment>
          <div key="below" style={{ height: `${below}px` }} />
          <div key="end" class="end">
            {end}
          </div>
        </div>
      </div>
      {(unread > 0 && place !== 'end') || place === 'far' ? (
        <button
          type="button"
          class={unread > 0 ? 'pill new' : 'pill'}
          aria-label={locale.texts.latest}
          onClick={() => {
            goToEnd()
            // The button goes, and the focus with it.
            scroller.current?.focus({ preventScroll: true })
          }}
        >
          <Icon path={LATEST_ICON} size={16} />
          {unread > 0 && fill(locale.texts.newMessages, { n: unread })}
        </button>
      ) : null}
    </div>
  )
}
