import type { ThreadAuthor } from '@pendopo/sdk'
import { Fragment, type RefObject, type VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Locale } from '../locale/load-locale.ts'
import { Message } from './message.tsx'
import { Notice } from './notice.tsx'
import type { Block, Row } from './rows.ts'
import type { ThreadActions } from './thread.tsx'

export interface BlockProps {
  readonly block: Block
  /** The message before which the unread line stands, if it is in this block. */
  readonly line: string | null
  /** Any moment of today. */
  readonly now: number
  readonly agents: readonly ThreadAuthor[]
  readonly locale: Locale
  readonly actions: ThreadActions
  readonly element: RefObject<HTMLDivElement | null> | null
}

/** Some rows of a thread. A row that did not change is the same node again, which is how Preact leaves it alone. */
export function BlockView({ block, line, now, agents, locale, actions, element }: BlockProps) {
  const drawn = useMemo(() => new WeakMap<Row, VNode>(), [line, now, agents])
  return (
    <div class="block" ref={element}>
      {block.rows.map((row) => {
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
              <Message row={row} message={item} locale={locale} actions={actions} />
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
