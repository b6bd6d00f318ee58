import type { AgentWelcome, Counts, ListName } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import {
  Bell,
  BellOff,
  CircleDashed,
  Inbox as InboxIcon,
  LogOut,
  MessagesSquare,
  Search,
  Settings,
  UserCog,
} from 'lucide'
import { useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { LIST_TITLES } from '../palette/actions.ts'
import { byPresence, isHere } from '../ui/presence.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { KeyCaps } from '../ui/key-caps.tsx'
import { Mark } from '../ui/mark.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'

const LISTS = [
  { name: 'mine', icon: InboxIcon },
  { name: 'unassigned', icon: CircleDashed },
  { name: 'all', icon: MessagesSquare },
] as const

interface SidebarProps {
  readonly agent: AgentWelcome['agent']
  readonly counts: Counts | null
  readonly list: ListName | null
  readonly onBell: (on: boolean) => void
  readonly onSignOut: () => void
}

/** The left pane: the lists with their counts, and the agent themselves. */
export function Sidebar({ agent, counts, list, onBell, onSignOut }: SidebarProps) {
  const app = useApp()
  const { bell } = useStore(app.preferences.$values)
  const sites = useStore(app.inbox.$sites)
  const Heading = useStore(app.$narrow) ? 'h1' : 'p'
  return (
    <section class="pane sidebar" aria-label="Lists and you">
      <header class="pane-header sidebar-header">
        <Mark size={22} />
        <Heading class="sidebar-name">
          <bdi>{sites.length === 1 ? sites[0]?.name : 'Inbox'}</bdi>
        </Heading>
      </header>
      <button type="button" class="search-button" onClick={() => app.$overlay.set('palette')}>
        <Icon of={Search} size={16} />
        <span>Find an action</span>
        <KeyCaps keys="mod+k" isMac={app.isMac} />
      </button>
      <nav aria-label="Lists">
        {LISTS.map(({ name, icon }) => (
          <a
            key={name}
            class="nav-link"
            href={app.routes.href({ list: name, conversation: null })}
            aria-current={name === list ? 'page' : undefined}
          >
            <Icon of={icon} size={18} />
            <span class="nav-title">{LIST_TITLES[name]}</span>
            <Count value={counts?.[name] ?? 0} />
          </a>
        ))}
      </nav>
      <Team self={agent.id} />
      <div class="sidebar-foot">
        <button
          type="button"
          class="icon-button"
          aria-pressed={bell}
          title={bell ? 'Sound and toasts are on (N)' : 'Sound and toasts are off (N)'}
          onClick={() => onBell(!bell)}
        >
          <Icon of={bell ? Bell : BellOff} label="Sound and toasts" />
        </button>
        <You agent={agent} onSignOut={onSignOut} />
      </div>
    </section>
  )
}

function Count({ value }: { readonly value: number }) {
  if (value === 0) return null
  return (
    <span class="nav-count">
      {value > 99 ? '99+' : value}
      <span class="visually-hidden"> open</span>
    </span>
  )
}

/** Who else is there to help, those who are first. */
function Team({ self }: { readonly self: string }) {
  const app = useApp()
  const others = useStore(app.inbox.$colleagues).filter(({ id }) => id !== self)
  if (others.length === 0) return null
  return (
    <section class="team" aria-labelledby="team-title">
      <h2 id="team-title">Team</h2>
      {others.toSorted(byPresence).map((colleague) => (
        <div key={colleague.id} class="team-member">
          <Avatar id={colleague.id} name={colleague.name} size="tiny" online={isHere(colleague)} />
          <bdi class="team-name">{colleague.name}</bdi>
          {!isHere(colleague) && <span class="menu-note">{colleague.connected ? 'Break' : 'Away'}</span>}
          {isHere(colleague) && <span class="visually-hidden">Online</span>}
        </div>
      ))}
    </section>
  )
}

function You({ agent, onSignOut }: { readonly agent: AgentWelcome['agent']; readonly onSignOut: () => void }) {
  const app = useApp()
  const [open, setOpen] = useState(false)
  const setPresence = (presence: 'online' | 'break') =>
    app.attempt('change your presence', app.inbox.setPresence(presence))
  return (
    <Menu
      label="You"
      open={open}
      onOpen={() => setOpen(true)}
      onClose={() => setOpen(false)}
      buttonClass="you"
      buttonTitle={agent.email}
      button={
        <>
          <Avatar id={agent.id} name={agent.name} size="small" online={agent.presence === 'online'} />
          <span class="you-text">
            <span class="you-name" dir="auto">
              {agent.name}
            </span>
            <span class="you-presence">{agent.presence === 'online' ? 'Online' : 'On a break'}</span>
          </span>
        </>
      }
    >
      <MenuItem checked={agent.presence === 'online'} onSelect={() => setPresence('online')}>
        <span class="presence-dot presence-online" /> Online
      </MenuItem>
      <MenuItem checked={agent.presence === 'break'} onSelect={() => setPresence('break')}>
        <span class="presence-dot presence-break" /> On a break
      </MenuItem>
      <hr />
      <MenuItem onSelect={() => app.$overlay.set('account')}>
        <Icon of={UserCog} size={16} /> Your account
      </MenuItem>
      {agent.role === 'admin' && (
        <MenuItem onSelect={() => app.$overlay.set('settings')}>
          <Icon of={Settings} size={16} /> Settings
        </MenuItem>
      )}
      <MenuItem onSelect={onSignOut}>
        <Icon of={LogOut} size={16} /> Sign out
      </MenuItem>
    </Menu>
  )
}
