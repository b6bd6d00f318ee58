import type { ThreadAuthor } from '@pendopo/sdk'
import { Fragment, type VNode } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Locale } from '../locale/load-locale.ts'
import type { ToNodes } from '../rich-text/create-words.ts'
import { createAdopt } from '../theme/adopt.ts'
import { Message } from './message.tsx'
import messagesCss from './messages.css?inline'
import { Notice } from './notice.tsx'
import type { Row } from './rows.ts'
import type { ThreadActions } from './thread.tsx'
import type { Watch } from './use-window.ts'

export interface BlockProps {
  readonly id: number
  readonly rows: readonly Row[]
  /** The message before which the unread line stands. */
  readonly line: string | null
  /** Any moment of today. */
  readonly now: number
  readonly agents: readonly ThreadAuthor[]
  readonly locale: Locale
  readonly toNodes: ToNodes
  readonly actions: ThreadActions
  readonly watch: Watch
}

const adoptStyles = createAdopt(messagesCss)

/** Some rows of a thread. A row that did not change is the same node again, which is how Preact leaves it alone. */
export function BlockView({ id, rows, line, now, agents, locale, toNodes, actions, watch }: BlockProps) {
  const block = useRef<HTMLDivElement>(null)
  const drawn = useMemo(() => new WeakMap<Row, VNode>(), [line, now, agents, toNodes])
  useLayoutEffect(() => {
    const element = block.current
    if (!element) return
    adoptStyles(element)
    const stop = watch(element, id)
    return () => {
      stop()
      // Whoever had the focus on a link in here goes on reading from the thread itself.
      if (element.matches(':focus-within')) element.closest<HTMLElement>('.scroller')?.focus({ preventScroll: true })
    }
  }, [])
  return (
    <div class="block" ref={block}>
      {rows.map((row) => {
        const { item, day } = row
        const known = drawn.get(row)
        if (known) return known
        const node = (
          <Fragment key={item.id}>
            {day && (
              <p class="day">
                <span>{locale.format.day(item.at, now)}</span>
              </p>
            )}
            {line === item.id && (
              <p class="line">
                <span>{locale.texts.newLine}</span>
              </p>
            )}
            {item.type === 'message' ? (
              <Message row={row} message={item} locale={locale} toNodes={toNodes} actions={actions} />
            ) : (
              <Notice item={item} texts={locale.texts} agents={agents} />
            )}
          </Fragment>
        )
        drawn.set(row, node)
        return node
      })}
    </div>
  )
}
