// The messages, newest at the bottom, and the reader's place in them. Gets items and callbacks; knows nothing about the
// connection or about storage.

import type { ThreadAuthor, ThreadItem } from '@pendopo/sdk'
import { Fragment, type ComponentChildren, type VNode } from 'preact'
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { dayOf } from '../locale/format.ts'
import { fill } from '../locale/texts.ts'
import type { Locale } from '../locale/load-locale.ts'
import { Icon } from '../theme/icon.tsx'
import { LATEST_ICON } from '../theme/icons.ts'
import { BlockView } from './block.tsx'
import { useReveal } from './reveal.ts'
import { createBlocks, type Block } from './rows.ts'
import { isAtEnd, useHeldPlace } from './scroll.ts'

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
}

interface ThreadProps {
  readonly label: string
  readonly items: readonly ThreadItem[]
  readonly agents: readonly ThreadAuthor[]
  readonly locale: Locale
  readonly unread: number
  /** The message before which the unread line stands. */
  readonly line: string | null
  readonly hasOlder: boolean
  readonly isOpen: boolean
  /** What stands above the first message. */
  readonly beginning: ComponentChildren
  /** What stands below the last, in room that is always there. */
  readonly end: ComponentChildren
  readonly actions: ThreadActions
}

type Place = 'end' | 'near' | 'far'

export function Thread(props: ThreadProps) {
  const { label, items, agents, locale, unread, line, hasOlder, isOpen, beginning, end, actions } = props
  const scroller = useRef<HTMLDivElement | null>(null)
  const lastBlock = useRef<HTMLDivElement | null>(null)
  const [place, setPlace] = useState<Place>('end')
  const toBlocks = useMemo(createBlocks, [])
  const drawn = useMemo(() => new WeakMap<Block, { node: VNode; deps: readonly unknown[] }>(), [])
  const shown = useReveal(items)
  const blocks = useMemo(() => toBlocks(shown), [shown])
  const last = items[items.length - 1]
  const today = dayOf(Date.now())

  useHeldPlace(scroller, lastBlock, last?.id)

  const look = (): void => {
    const element = scroller.current
    if (!element || !isOpen) return
    const atEnd = isAtEnd(element)
    setPlace(atEnd ? 'end' : element.scrollTop < -FAR_PX ? 'far' : 'near')
    actions.look(atEnd)
    const above = element.scrollHeight - element.clientHeight + element.scrollTop
    if (hasOlder && shown === items && above < FETCH_WITHIN_PX) actions.loadOlder()
  }
  const goToEnd = (): void => {
    if (scroller.current) scroller.current.scrollTop = 0
  }
  useLayoutEffect(() => {
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [shown, isOpen, hasOlder, unread])

  // One's own message is where one looks next.
  const ownId = last?.type === 'message' && last.mine ? last.id : undefined
  useLayoutEffect(() => {
    if (ownId !== undefined) goToEnd()
  }, [ownId])

  // A thread opens where reading goes on: at its end, or at the unread line where that is further up.
  useLayoutEffect(() => {
    const element = scroller.current
    const mark = isOpen && element?.querySelector('.line')
    if (!element || !mark) return
    const over = mark.getBoundingClientRect().top - element.getBoundingClientRect().top
    if (over < 0) element.scrollTop += over
  }, [isOpen])

  return (
    <div class="thread">
      <div class="scroller" ref={scroller} onScroll={look} tabIndex={0} role="log" aria-live="off" aria-label={label}>
        <div class="content">
          {/* Keys, or Preact takes one for another when the first changes its kind, and builds the thread anew. */}
          <div key="top">{hasOlder || shown !== items ? <div class="older" /> : beginning}</div>
          <Fragment key="blocks">
            {blocks.map((block, index) => {
              const lineHere = line !== null && block.rows.some(({ item }) => item.id === line) ? line : null
              const deps = [lineHere, today, agents]
              const known = drawn.get(block)
              // The same node again is how Preact knows that there is nothing to compare.
              if (known && index < blocks.length - 1 && known.deps.every((dep, at) => dep === deps[at]))
                return known.node
              const node = (
                <BlockView
                  key={block.key}
                  block={block}
                  line={lineHere}
                  now={today}
                  agents={agents}
                  locale={locale}
                  actions={actions}
                  element={index === blocks.length - 1 ? lastBlock : null}
                />
              )
              drawn.set(block, { node, deps })
              return node
            })}
          </Fragment>
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
          onClick={goToEnd}
        >
          <Icon path={LATEST_ICON} size={16} />
          {unread > 0 && fill(locale.texts.newMessages, { n: unread })}
        </button>
      ) : null}
    </div>
  )
}
