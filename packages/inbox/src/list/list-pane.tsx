import type { InboxList, ListName, ListStatus, Row } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { ArrowLeft, Coffee, Inbox as InboxIcon, Rows2, Rows3 } from 'lucide'
import { useCallback, useMemo } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { LIST_TITLES, STATUS_TITLES } from '../palette/actions.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { ConversationList } from './conversation-list.tsx'

interface ListPaneProps {
  readonly name: ListName
  readonly list: InboxList
  readonly self: string
  /** The row under the cursor: opened, or about to be. */
  readonly selected: string | null
}

/** The middle pane: one list, which of its conversations to show, and how closely. */
export function ListPane({ name, list, self, selected }: ListPaneProps) {
  const app = useApp()
  const rows = useStore(list.$rows)
  const more = useStore(list.$more)
  const loading = useStore(list.$loading)
  const now = useStore(app.$now)
  const typing = useStore(app.inbox.$typing)
  const colleagues = useStore(app.inbox.$colleagues)
  const { density, status } = useStore(app.preferences.$values)
  const narrow = useStore(app.$narrow)

  // Without a connection nothing is lost: the window is read anew when it is back, and the next scroll asks again.
  const onLoadMore = useCallback(() => void list.loadMore().catch(() => undefined), [list])
  const onAssignToMe = useCallback(
    (id: string) => app.attempt('assign this', app.conversations.open(id).assign(self)),
    [app, self],
  )
  const onOpen = useCallback(
    (id: string) => {
      app.replyTo(id)
      app.routes.go({ list: name, conversation: id })
    },
    [app, name],
  )
  const people = useMemo(() => new Map(colleagues.map((each) => [each.id, each])), [colleagues])
  const toAssignee = useCallback(
    ({ assignee }: Row) => {
      if (name !== 'all') return undefined
      return assignee === null
        ? null
        : (people.get(assignee) ?? { id: assignee, name: assignee === self ? 'You' : 'A colleague' })
    },
    [name, self, people],
  )

  return (
    <section class="pane list-pane" data-keys aria-label={LIST_TITLES[name]}>
      <header class="pane-header">
        {narrow && (
          <a class="icon-button" href={app.routes.href({ list: null, conversation: null })}>
            <Icon of={ArrowLeft} size={20} label="Back to the lists" />
          </a>
        )}
        <h1 class="pane-title">{LIST_TITLES[name]}</h1>
        <StatusFilter status={status} onChange={(status) => app.preferences.set({ status })} />
        <button
          type="button"
          class="icon-button"
          title={density === 'dense' ? 'Comfortable rows (D)' : 'Dense rows (D)'}
          aria-pressed={density === 'dense'}
          onClick={() => app.preferences.set({ density: density === 'dense' ? 'comfortable' : 'dense' })}
        >
          <Icon of={density === 'dense' ? Rows2 : Rows3} label="Dense rows" />
        </button>
      </header>
      {rows.length > 0 ? (
        <ConversationList
          label={LIST_TITLES[name]}
          rows={rows}
          more={more}
          now={now}
          density={density}
          selected={selected}
          self={self}
          typing={typing}
          toHref={(id) => app.routes.href({ list: name, conversation: id })}
          toAssignee={toAssignee}
          onLoadMore={onLoadMore}
          onAssignToMe={onAssignToMe}
          onClose={app.closeConversation}
          onOpen={onOpen}
        />
      ) : loading ? (
        <div class="list-waiting" aria-busy="true" />
      ) : (
        <EmptyList name={name} status={status} />
      )}
    </section>
  )
}

function StatusFilter({
  status,
  onChange,
}: {
  readonly status: ListStatus
  readonly onChange: (status: ListStatus) => void
}) {
  return (
    <div class="segments" role="group" aria-label="Show">
      {(['open', 'closed', 'all'] as const).map((each) => (
        <button
          type="button"
          key={each}
          aria-pressed={each === status}
          title={STATUS_TITLES[each]}
          onClick={() => onChange(each)}
        >
          {each === 'all' ? 'Both' : STATUS_TITLES[each]}
        </button>
      ))}
    </div>
  )
}

function EmptyList({ name, status }: { readonly name: ListName; readonly status: ListStatus }) {
  const app = useApp()
  const unassigned = useStore(app.inbox.$counts)?.unassigned ?? 0
  const go = (list: ListName) => () => app.routes.go({ list, conversation: null })
  if (status === 'closed')
    return (
      <EmptyState
        icon={InboxIcon}
        action={{ label: 'Show open ones', run: () => app.preferences.set({ status: 'open' }) }}
      >
        Nothing has been closed here yet.
      </EmptyState>
    )
  switch (name) {
    case 'mine':
      return (
        <EmptyState icon={InboxIcon} action={{ label: 'Look at Unassigned', run: go('unassigned') }}>
          {unassigned === 0
            ? 'Nothing waits for you, and nobody waits in Unassigned.'
            : `Nothing is yours, but ${unassigned === 1 ? 'one conversation waits' : `${unassigned > 99 ? '99+' : unassigned} conversations wait`} in Unassigned.`}
        </EmptyState>
      )
    case 'unassigned':
      return (
        <EmptyState icon={Coffee} action={{ label: 'Show all conversations', run: go('all') }}>
          Everybody is being looked after.
        </EmptyState>
      )
    default:
      return (
        <EmptyState
          icon={InboxIcon}
          action={{ label: 'Show closed ones too', run: () => app.preferences.set({ status: 'all' }) }}
        >
          No open conversations: the next visitor who writes appears here.
        </EmptyState>
      )
  }
}
