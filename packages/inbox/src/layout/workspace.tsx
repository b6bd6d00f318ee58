// The three panes, and what ties them: which conversation is open, the keys, and the overlays. One pane at a time
// where there is no room for more.

import type { AgentConversation, AgentWelcome, InboxList, ListName, ListStatus } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { MessagesSquare } from 'lucide'
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { AccountDialog } from '../account/account-dialog.tsx'
import { useApp, type App } from '../app/app-context.ts'
import { ListPane } from '../list/list-pane.tsx'
import { Toasts } from '../notifications/toasts.tsx'
import { toActions } from '../palette/actions.ts'
import { toSiteMail } from '../mail/reach.ts'
import { Palette } from '../palette/palette.tsx'
import { useShortcuts } from '../palette/use-shortcuts.ts'
import { PANE_LIMITS } from '../settings/preferences.ts'
import { SettingsDialog } from '../site-settings/settings-dialog.tsx'
import { Sidebar } from '../sidebar/sidebar.tsx'
import { ThreadPane } from '../thread/thread-pane.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { PaneResizer } from './pane-resizer.tsx'
import { useCursor } from './use-cursor.ts'
import { useNullableStore } from './use-nullable-store.ts'

export function Workspace({ agent }: { readonly agent: AgentWelcome['agent'] }) {
  const app = useApp()
  const place = useStore(app.routes.$place)
  const preferences = useStore(app.preferences.$values)
  const counts = useStore(app.inbox.$counts)
  const connection = useStore(app.inbox.$connection)
  const error = useStore(app.inbox.$error)
  const narrow = useStore(app.$narrow)
  const overlay = useStore(app.$overlay)
  const name = place.list ?? 'mine'
  const list = useList(app, name, preferences.status)
  const conversation = useMemo(
    () => (place.conversation === null ? null : app.conversations.open(place.conversation)),
    [app, place.conversation],
  )
  const cursor = useCursor({ $rows: list.$rows, list: name, opened: place.conversation, routes: app.routes })
  const actions = useActions(app, agent, conversation, cursor.move)
  const open = useCallback(
    (id: string) => {
      app.replyTo(id)
      app.routes.go({ list: name, conversation: id })
    },
    [app, name],
  )
  const isPaused = useCallback(() => app.$overlay.get() !== null || app.$reply.get() !== null, [app])
  useShortcuts(actions, isPaused)
  useEscape(app)

  const showLists = !narrow || place.list === null
  const showList = !narrow || (place.list !== null && place.conversation === null)
  return (
    <div
      class={`workspace ${narrow ? 'workspace-narrow' : ''}`}
      style={{ '--sidebar-width': `${preferences.sidebarWidth}px`, '--list-width': `${preferences.listWidth}px` }}
    >
      <ConnectionBanner status={connection} error={error} />
      <main class="panes">
        {showLists && (
          <Sidebar
            agent={agent}
            counts={counts}
            list={narrow ? place.list : name}
            onBell={(on) => setBell(app, on)}
            onSignOut={() => app.attempt('sign out', app.inbox.signOut())}
          />
        )}
        {!narrow && (
          <PaneResizer
            label="Width of the lists"
            width={preferences.sidebarWidth}
            {...PANE_LIMITS.sidebar}
            onResize={(sidebarWidth) => app.preferences.set({ sidebarWidth })}
          />
        )}
        {showList && <ListPane key={name} name={name} list={list} self={agent.id} selected={cursor.selected} />}
        {!narrow && (
          <PaneResizer
            label="Width of the conversations"
            width={preferences.listWidth}
            {...PANE_LIMITS.list}
            onResize={(listWidth) => app.preferences.set({ listWidth })}
          />
        )}
        {place.conversation !== null && conversation !== null ? (
          <Thread
            key={place.conversation}
            id={place.conversation}
            conversation={conversation}
            agent={agent}
            list={list}
            name={name}
            narrow={narrow}
          />
        ) : (
          !narrow && <NothingOpen onNext={() => cursor.move(1)} list={list} />
        )}
      </main>
      {overlay === 'palette' && (
        <Palette
          actions={actions}
          rows={list.$rows.get()}
          isMac={app.isMac}
          onOpen={open}
          onClose={() => app.$overlay.set(null)}
        />
      )}
      {overlay === 'account' && <AccountDialog agent={agent} />}
      {overlay === 'settings' && <SettingsDialog />}
      <Toasts />
    </div>
  )
}

interface ThreadProps {
  readonly id: string
  readonly conversation: AgentConversation
  readonly agent: AgentWelcome['agent']
  readonly list: InboxList
  readonly name: ListName
  readonly narrow: boolean
}

function Thread({ id, conversation, agent, list, name, narrow }: ThreadProps) {
  const app = useApp()
  const row = useStore(list.$rows).find((row) => row.id === id)
  // Whoever closes the conversation that is open still wants to know whose it was.
  const [known, setKnown] = useState(row)
  useEffect(() => {
    if (row !== undefined) setKnown(row)
  }, [row])
  return (
    <ThreadPane
      id={id}
      conversation={conversation}
      agent={agent}
      row={row ?? known}
      backHref={narrow ? app.routes.href({ list: name, conversation: null }) : null}
      onLeave={() => app.routes.go({ list: name, conversation: null })}
    />
  )
}

function NothingOpen({ onNext, list }: { readonly onNext: () => void; readonly list: InboxList }) {
  const rows = useStore(list.$rows)
  return (
    <section class="pane thread-pane thread-none" aria-label="Conversation">
      {rows.length > 0 ? (
        <EmptyState icon={MessagesSquare} action={{ label: 'Open the first one', run: onNext }}>
          Pick a conversation to read and answer it, or move through them with J and K.
        </EmptyState>
      ) : (
        <EmptyState icon={MessagesSquare}>
          Conversations open here: pick another list, or wait for a visitor.
        </EmptyState>
      )}
    </section>
  )
}

function useList(app: App, list: ListName, status: ListStatus): InboxList {
  const window = useMemo(() => app.inbox.list({ list, status }), [app, list, status])
  useEffect(() => () => window.close(), [window])
  return window
}

function setBell(app: App, on: boolean): void {
  app.preferences.set({ bell: on })
  if (on) app.attempt('ask for notifications', app.desktop.ask())
}

/** Leaves the conversation, as in any list; overlays and fields take their Escape first. */
function useEscape(app: App): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { list, conversation } = app.routes.$place.get()
      if (event.key !== 'Escape' || event.defaultPrevented || app.$overlay.get() !== null || conversation === null)
        return
      app.routes.go({ list, conversation: null })
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [app])
}

function useActions(
  app: App,
  agent: AgentWelcome['agent'],
  conversation: AgentConversation | null,
  move: (step: 1 | -1) => void,
) {
  const view = useNullableStore(conversation?.$view ?? null)
  const colleagues = useStore(app.inbox.$colleagues)
  const sites = useStore(app.inbox.$sites)
  const canMail = typeof view?.mail?.address === 'string' && toSiteMail(sites, view.channel).isOn
  const preferences = useStore(app.preferences.$values)
  return useMemo(
    () =>
      toActions({
        self: agent.id,
        presence: agent.presence,
        colleagues,
        view,
        canMail,
        isAdmin: agent.role === 'admin',
        preferences,
        do: {
          palette: () => app.$overlay.set('palette'),
          reply: () => document.querySelector<HTMLElement>('[data-composer]')?.focus(),
          move,
          goTo: (list) => app.routes.go({ list, conversation: null }),
          show: (status) => app.preferences.set({ status }),
          askClose: () => app.$overlay.set('close'),
          reopen: () => conversation !== null && app.attempt('reopen this', conversation.reopen()),
          sendTranscript: () => view !== null && app.sendTranscript(view.id),
          askAssign: () => app.$overlay.set('assign'),
          assign: (id) => conversation !== null && app.attempt('assign this', conversation.assign(id)),
          giveBack: () => conversation !== null && app.attempt('give this back', conversation.unassign()),
          toggleDetails: app.toggleDetails,
          prefer: (change) => app.preferences.set(change),
          setPresence: (presence) => app.attempt('change your presence', app.inbox.setPresence(presence)),
          setBell: (on) => setBell(app, on),
          account: () => app.$overlay.set('account'),
          settings: () => app.$overlay.set('settings'),
          signOut: () => app.attempt('sign out', app.inbox.signOut()),
        },
      }),
    [app, agent.id, agent.presence, agent.role, colleagues, view, canMail, preferences, conversation, move],
  )
}
