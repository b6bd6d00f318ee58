// Everything an agent can do, in one list: the palette shows it, the keys run it, and both print the same shortcut.

import type { Colleague, ConversationView, ListName, ListStatus } from '@pendopo/sdk/inbox'
import {
  ArrowDown,
  ArrowUp,
  Bell,
  BellOff,
  CircleCheck,
  CircleDashed,
  Coffee,
  Inbox as InboxIcon,
  ListFilter,
  LogOut,
  type IconNode,
  MessagesSquare,
  Moon,
  PanelRight,
  Reply,
  RotateCcw,
  Rows3,
  ScrollText,
  Search,
  Settings,
  Undo2,
  UserCog,
  UserPlus,
  UserRoundCheck,
} from 'lucide'
import type { PreferenceValues } from '../settings/preferences.ts'
import type { Shortcut } from './keys.ts'

export interface Action {
  readonly id: string
  readonly title: string
  readonly group: 'Conversation' | 'Go to' | 'View' | 'You'
  readonly icon: IconNode
  readonly keys: readonly Shortcut[]
  readonly run: () => void
}

/** What the list depends on, and what it can set in motion. */
export interface ActionContext {
  readonly self: string
  readonly presence: 'online' | 'break'
  readonly colleagues: readonly Colleague[]
  /** The conversation on the screen, if there is one. */
  readonly view: Pick<ConversationView, 'status' | 'assignee'> | null
  /** The contact has an address, and the site mails. */
  readonly canMail: boolean
  readonly isAdmin: boolean
  readonly preferences: PreferenceValues
  readonly do: {
    readonly palette: () => void
    readonly reply: () => void
    readonly move: (step: 1 | -1) => void
    readonly goTo: (list: ListName) => void
    readonly show: (status: ListStatus) => void
    readonly askClose: () => void
    readonly reopen: () => void
    readonly sendTranscript: () => void
    readonly askAssign: () => void
    readonly assign: (agent: string) => void
    readonly giveBack: () => void
    readonly toggleDetails: () => void
    readonly prefer: (change: Partial<PreferenceValues>) => void
    readonly setPresence: (presence: 'online' | 'break') => void
    readonly setBell: (on: boolean) => void
    readonly account: () => void
    readonly settings: () => void
    readonly signOut: () => void
  }
}

export const LIST_TITLES: Readonly<Record<ListName, string>> = {
  mine: 'My chats',
  unassigned: 'Unassigned',
  all: 'All',
}
export const STATUS_TITLES: Readonly<Record<ListStatus, string>> = { open: 'Open', closed: 'Closed', all: 'Any status' }

export function toActions(context: ActionContext): readonly Action[] {
  return [...conversationActions(context), ...placeActions(context), ...viewActions(context), ...ownActions(context)]
}

function conversationActions({ view, self, colleagues, canMail, do: run }: ActionContext): Action[] {
  if (view === null) return []
  const group = 'Conversation'
  const actions: Action[] = [
    { id: 'reply', title: 'Reply', group, icon: Reply, keys: ['Enter', 'r'], run: run.reply },
    view.status === 'open'
      ? { id: 'close', title: 'Close conversation', group, icon: CircleCheck, keys: ['e'], run: run.askClose }
      : { id: 'reopen', title: 'Reopen conversation', group, icon: RotateCcw, keys: ['e'], run: run.reopen },
    { id: 'assign', title: 'Assign to somebody', group, icon: UserPlus, keys: ['a'], run: run.askAssign },
  ]
  if (canMail)
    actions.push({
      id: 'transcript',
      title: 'Send transcript',
      group,
      icon: ScrollText,
      keys: [],
      run: run.sendTranscript,
    })
  if (view.assignee !== self)
    actions.push({
      id: 'assign-me',
      title: 'Assign to me',
      group,
      icon: UserRoundCheck,
      keys: ['m'],
      run: () => run.assign(self),
    })
  if (view.assignee !== null)
    actions.push({
      id: 'give-back',
      title: 'Give back to Unassigned',
      group,
      icon: Undo2,
      keys: ['u'],
      run: run.giveBack,
    })
  for (const { id, name } of colleagues) {
    if (id === self || id === view.assignee) continue
    actions.push({
      id: `assign-${id}`,
      title: `Assign to ${name}`,
      group,
      icon: UserPlus,
      keys: [],
      run: () => run.assign(id),
    })
  }
  return actions
}

function placeActions({ do: run }: ActionContext): Action[] {
  const group = 'Go to'
  return [
    {
      id: 'next',
      title: 'Next conversation',
      group,
      icon: ArrowDown,
      keys: ['j', 'ArrowDown'],
      run: () => run.move(1),
    },
    {
      id: 'previous',
      title: 'Previous conversation',
      group,
      icon: ArrowUp,
      keys: ['k', 'ArrowUp'],
      run: () => run.move(-1),
    },
    { id: 'go-mine', title: 'My chats', group, icon: InboxIcon, keys: ['1'], run: () => run.goTo('mine') },
    {
      id: 'go-unassigned',
      title: 'Unassigned',
      group,
      icon: CircleDashed,
      keys: ['2'],
      run: () => run.goTo('unassigned'),
    },
    { id: 'go-all', title: 'All', group, icon: MessagesSquare, keys: ['3'], run: () => run.goTo('all') },
  ]
}

function viewActions({ preferences, do: run }: ActionContext): Action[] {
  const group = 'View'
  const statuses = (['open', 'closed', 'all'] as const).filter((status) => status !== preferences.status)
  return [
    { id: 'palette', title: 'Find an action', group, icon: Search, keys: ['mod+k', '/', '?'], run: run.palette },
    ...statuses.map((status) => ({
      id: `show-${status}`,
      title: `Show ${status === 'all' ? 'open and closed' : status}`,
      group: 'View' as const,
      icon: ListFilter,
      keys: [],
      run: () => run.show(status),
    })),
    {
      id: 'density',
      title: preferences.density === 'dense' ? 'Comfortable rows' : 'Dense rows',
      group,
      icon: Rows3,
      keys: ['d'],
      run: () => run.prefer({ density: preferences.density === 'dense' ? 'comfortable' : 'dense' }),
    },
    {
      id: 'details',
      title: 'Show or hide details',
      group,
      icon: PanelRight,
      keys: ['i'],
      run: run.toggleDetails,
    },
    ...(['light', 'dark', 'system'] as const)
      .filter((theme) => theme !== preferences.theme)
      .map((theme) => ({
        id: `theme-${theme}`,
        title: theme === 'system' ? 'Colours as the system has them' : `Use ${theme} colours`,
        group: 'View' as const,
        icon: Moon,
        keys: [],
        run: () => run.prefer({ theme }),
      })),
  ]
}

function ownActions({ presence, preferences, isAdmin, do: run }: ActionContext): Action[] {
  const group = 'You'
  return [
    presence === 'online'
      ? { id: 'break', title: 'Take a break', group, icon: Coffee, keys: ['b'], run: () => run.setPresence('break') }
      : {
          id: 'online',
          title: 'Come back online',
          group,
          icon: Coffee,
          keys: ['b'],
          run: () => run.setPresence('online'),
        },
    preferences.bell
      ? {
          id: 'bell-off',
          title: 'Turn sound and toasts off',
          group,
          icon: BellOff,
          keys: ['n'],
          run: () => run.setBell(false),
        }
      : {
          id: 'bell-on',
          title: 'Turn sound and toasts on',
          group,
          icon: Bell,
          keys: ['n'],
          run: () => run.setBell(true),
        },
    { id: 'account', title: 'Your account', group, icon: UserCog, keys: [], run: run.account },
    ...(isAdmin
      ? [{ id: 'settings', title: 'Settings', group, icon: Settings, keys: [], run: run.settings } as const]
      : []),
    { id: 'sign-out', title: 'Sign out', group, icon: LogOut, keys: [], run: run.signOut },
  ]
}
