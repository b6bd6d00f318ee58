import type { Row, ThreadAuthor } from '@pendopo/sdk/inbox'
import { CircleCheck, CircleDashed, Clock, CornerUpLeft, MailQuestionMark, TriangleAlert, UserRoundCheck } from 'lucide'
import { memo } from 'preact/compat'
import { Avatar } from '../ui/avatar.tsx'
import { toDisplayName } from '../ui/display-name.ts'
import { Icon } from '../ui/icon.tsx'
import { toFullTime, toListTime, toShortDuration } from '../ui/time.ts'
import { toRowStatus, type RowStatus } from './row-status.ts'

interface ConversationRowProps {
  readonly row: Row
  readonly now: number
  readonly href: string
  readonly selected: boolean
  readonly dense: boolean
  /** Who has it, where the list does not say so already: `null` for nobody. */
  readonly assignee: { readonly id: string; readonly name: string } | null | undefined
  readonly typing: readonly ThreadAuthor[]
  readonly position: number
  readonly total: number
  readonly onAssignToMe: ((id: string) => void) | null
  readonly onClose: (id: string, name: string) => void
  readonly onOpen: (id: string) => void
}

/** One conversation in a list: a link, with two quick actions beside it. */
export const ConversationRow = memo(function ConversationRow(props: ConversationRowProps) {
  const { row, selected, dense, position, total, now, href } = props
  const name = toDisplayName(row.contact.name, row.contact.id)
  const unread = row.unread > 0
  return (
    <div
      class={`row ${dense ? 'row-dense' : ''} ${selected ? 'row-selected' : ''}`}
      role="listitem"
      aria-posinset={position}
      aria-setsize={total}
    >
      <a
        href={href}
        class="row-link"
        data-row={row.id}
        aria-current={selected ? 'true' : undefined}
        onClick={(event) => {
          // With a modifier it opens elsewhere.
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
          event.preventDefault()
          props.onOpen(row.id)
        }}
      >
        <Avatar id={row.contact.id} name={name} size={dense ? 'small' : 'medium'} online={row.online} />
        <span class="row-text">
          <span class="row-line">
            <span class={unread ? 'row-name row-unread' : 'row-name'}>
              <bdi>{name}</bdi>
            </span>
            {row.online && <span class="visually-hidden">, on the site now</span>}
            <Assignee who={props.assignee} />
            <time class="row-time" dateTime={new Date(row.movedAt).toISOString()} title={toFullTime(row.movedAt)}>
              {toListTime(row.movedAt, now)}
            </time>
          </span>
          <span class="row-line">
            <Preview row={row} typing={props.typing} />
            <StatusMark status={toRowStatus(row, now)} />
            {unread && (
              <span class="badge">
                {row.unread > 99 ? '99+' : row.unread}
                <span class="visually-hidden"> unread</span>
              </span>
            )}
          </span>
        </span>
      </a>
      <span class="row-actions">
        {props.onAssignToMe !== null && (
          <button type="button" class="icon-button" title="Assign to me" onClick={() => props.onAssignToMe?.(row.id)}>
            <Icon of={UserRoundCheck} size={16} label={`Assign ${name} to me`} />
          </button>
        )}
        {row.status === 'open' && (
          <button type="button" class="icon-button" title="Close" onClick={() => props.onClose(row.id, name)}>
            <Icon of={CircleCheck} size={16} label={`Close ${name}`} />
          </button>
        )}
      </span>
    </div>
  )
})

function Assignee({ who }: { readonly who: ConversationRowProps['assignee'] }) {
  if (who === undefined) return null
  if (who === null)
    return (
      <span class="row-assignee" title="Nobody has this yet">
        <Icon of={CircleDashed} size={16} label="Unassigned" />
      </span>
    )
  return (
    <span class="row-assignee" title={`Assigned to ${who.name}`}>
      <span class="visually-hidden">Assigned to {who.name}</span>
      <Avatar id={who.id} name={who.name} size="mini" />
    </span>
  )
}

function Preview({ row, typing }: { readonly row: Row; readonly typing: readonly ThreadAuthor[] }) {
  const typist = typing.find((who) => who.kind !== 'self')
  if (typist !== undefined)
    return (
      <span class="row-preview row-typing">
        {typist.kind === 'contact' ? 'Typing…' : `${typist.name || 'A colleague'} is typing…`}
      </span>
    )
  if (row.last === null) return <span class="row-preview">No messages yet</span>
  return (
    <span class="row-preview">
      {row.last.direction === 'out' && <Icon of={CornerUpLeft} size={13} label="Answer:" class="row-arrow" />}
      <bdi>{row.last.text}</bdi>
    </span>
  )
}

/** Waiting and overdue differ by icon and word, closed by both: the colour only helps. */
function StatusMark({ status }: { readonly status: RowStatus }) {
  switch (status.kind) {
    case 'waiting':
      return (
        <span class="row-status row-waiting" title="Waits for an answer">
          <Icon of={Clock} size={13} label="Waiting" />
          {toShortDuration(status.forMs)}
        </span>
      )
    case 'overdue':
      return (
        <span class="row-status row-overdue" title="Has waited for more than five minutes">
          <Icon of={TriangleAlert} size={13} label="Overdue" />
          {toShortDuration(status.forMs)}
        </span>
      )
    case 'held':
      return (
        <span class="row-status row-waiting" title="An e-mail waits for a decision">
          <Icon of={MailQuestionMark} size={14} label="An e-mail waits" />
        </span>
      )
    case 'closed':
      return <span class="row-status row-closed">Closed</span>
    default:
      return null
  }
}
