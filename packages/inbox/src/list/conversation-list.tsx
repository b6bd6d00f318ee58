import type { Row, ThreadAuthor } from '@pendopo/sdk/inbox'
import { useEffect } from 'preact/hooks'
import { ConversationRow } from './conversation-row.tsx'
import { useVirtualRows } from './use-virtual-rows.ts'

/** As in `style/list.css`. */
const ROW_HEIGHT = { comfortable: 64, dense: 48 } as const
/** The next window is asked for when this many rows are left below. */
const LOAD_AHEAD = 20

interface ConversationListProps {
  readonly label: string
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly now: number
  readonly density: keyof typeof ROW_HEIGHT
  readonly selected: string | null
  readonly self: string
  readonly typing: Readonly<Record<string, readonly ThreadAuthor[]>>
  readonly toHref: (id: string) => string
  /** Who has it, or `undefined` where this list need not say it. */
  readonly toAssignee: (row: Row) => { readonly id: string; readonly name: string } | null | undefined
  readonly onLoadMore: () => void
  readonly onAssignToMe: (id: string) => void
  readonly onClose: (id: string, name: string) => void
  readonly onOpen: (id: string) => void
}

const NOBODY: readonly ThreadAuthor[] = []

export function ConversationList(props: ConversationListProps) {
  const { rows, more, density, selected, now } = props
  const rowHeight = ROW_HEIGHT[density]
  const { viewport, start, end, show } = useVirtualRows(rows.length, rowHeight)
  const selectedIndex = rows.findIndex((row) => row.id === selected)

  // Only when another one is selected: the list must not jump because rows moved.
  useEffect(() => {
    if (selectedIndex !== -1) show(selectedIndex)
  }, [selected, selectedIndex === -1, show])

  useEffect(() => {
    if (more && end >= rows.length - LOAD_AHEAD) props.onLoadMore()
  }, [more, end, rows.length, props.onLoadMore])

  return (
    <div class="list-viewport" ref={viewport}>
      <div role="list" aria-label={props.label} class="list-rows" style={{ height: `${rows.length * rowHeight}px` }}>
        <div style={{ transform: `translateY(${start * rowHeight}px)` }} role="presentation">
          {rows.slice(start, end).map((row, offset) => (
            <ConversationRow
              key={row.id}
              row={row}
              now={now}
              href={props.toHref(row.id)}
              selected={row.id === selected}
              dense={density === 'dense'}
              assignee={props.toAssignee(row)}
              typing={props.typing[row.id] ?? NOBODY}
              position={start + offset + 1}
              total={more ? -1 : rows.length}
              onAssignToMe={row.assignee === props.self ? null : props.onAssignToMe}
              onClose={props.onClose}
              onOpen={props.onOpen}
            />
          ))}
        </div>
      </div>
    </div>
  )
}
