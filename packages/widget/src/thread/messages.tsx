// What draws messages. A chunk of its own: an open chat in which nobody has said anything does without.

import type { ThreadAuthor } from '@pendopo/sdk'
import { Fragment } from 'preact'
import { useMemo } from 'preact/hooks'
import { dayOf } from '../locale/format.ts'
import type { Locale } from '../locale/load-locale.ts'
import { createWords } from '../rich-text/create-words.ts'
import { useStore } from '../use-store.ts'
import { BlockView } from './block.tsx'
import type { Block } from './blocks.ts'
import { createRows } from './rows.ts'
import type { ThreadActions } from './thread.tsx'
import type { Watch } from './use-window.ts'

interface BlocksProps {
  readonly blocks: readonly Block[]
  /** Those from `start` to before `end` are drawn. */
  readonly start: number
  readonly end: number
  /** The message before which the unread line stands. */
  readonly line: string | null
  readonly agents: readonly ThreadAuthor[]
  readonly locale: Locale
  readonly actions: ThreadActions
  readonly watch: Watch
}

export function Blocks({ blocks, start, end, ...shared }: BlocksProps) {
  const toNodes = useStore(useMemo(() => createWords(), []))
  const toRows = useMemo(createRows, [])
  const now = dayOf(Date.now())
  return (
    <Fragment>
      {blocks.slice(start, end).map(({ key }, index) => (
        <BlockView {...shared} key={key} id={key} rows={toRows(blocks, start + index)} now={now} toNodes={toNodes} />
      ))}
    </Fragment>
  )
}
