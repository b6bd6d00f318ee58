import type { AgentConversation, Colleague } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { ArrowLeft, CircleCheck, Ellipsis, PanelRight, RotateCcw, ScrollText } from 'lucide'
import { useApp } from '../app/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { AssignMenu } from './assign-menu.tsx'

interface ThreadHeaderProps {
  readonly conversation: AgentConversation
  readonly name: string
  readonly contact: string
  readonly self: string
  readonly colleagues: readonly Colleague[]
  /** Where "back" leads, where there is one pane at a time. */
  readonly backHref: string | null
  readonly detailsOpen: boolean
  /** `null` where the site does not mail, or there is no address. */
  readonly onTranscript: (() => void) | null
  readonly onDetails: () => void
}

export function ThreadHeader({
  conversation,
  name,
  contact,
  self,
  colleagues,
  backHref,
  detailsOpen,
  onTranscript,
  onDetails,
}: ThreadHeaderProps) {
  const app = useApp()
  const view = useStore(conversation.$view)
  const who = useStore(conversation.$contact)
  const overlay = useStore(app.$overlay)
  const online = who?.online ?? false
  // Alone on the screen, it is what the page is about.
  const Heading = backHref === null ? 'h2' : 'h1'
  return (
    <header class="pane-header thread-header">
      {backHref !== null && (
        <a class="icon-button" href={backHref}>
          <Icon of={ArrowLeft} size={20} label="Back to the list" />
        </a>
      )}
      <Avatar id={contact} name={name} size="small" online={online} />
      <div class="thread-who">
        <Heading class="thread-name">
          <bdi>{name}</bdi>
        </Heading>
        <p class="thread-where">
          {online ? 'On the site' : 'Not on the site'}
          {online && view?.page !== null && view?.page !== undefined && (
            <>
              {' · '}
              <PageLink page={view.page} />
            </>
          )}
        </p>
      </div>
      {view !== null && (
        <AssignMenu
          self={self}
          assignee={view.assignee}
          colleagues={colleagues}
          open={overlay === 'assign'}
          onOpen={() => app.$overlay.set('assign')}
          onClose={() => app.$overlay.set(null)}
          onAssign={(agent) => app.attempt('assign this', conversation.assign(agent))}
          onGiveBack={() => app.attempt('give this back', conversation.unassign())}
        />
      )}
      {view?.status === 'open' && (
        <button type="button" class="button" title="Close conversation (E)" onClick={() => app.$overlay.set('close')}>
          <Icon of={CircleCheck} size={16} />
          <span class="button-label">Close</span>
        </button>
      )}
      {view?.status === 'closed' && (
        <button
          type="button"
          class="button"
          title="Reopen conversation (E)"
          onClick={() => app.attempt('reopen this', conversation.reopen())}
        >
          <Icon of={RotateCcw} size={16} />
          <span class="button-label">Reopen</span>
        </button>
      )}
      {onTranscript !== null && (
        <Menu
          label="More"
          open={overlay === 'more'}
          onOpen={() => app.$overlay.set('more')}
          onClose={() => app.$overlay.set(null)}
          buttonClass="icon-button"
          buttonTitle="More"
          button={<Icon of={Ellipsis} label="More" />}
        >
          <MenuItem onSelect={onTranscript}>
            <Icon of={ScrollText} size={16} /> Send transcript
          </MenuItem>
        </Menu>
      )}
      <button type="button" class="icon-button" title="Details (I)" aria-expanded={detailsOpen} onClick={onDetails}>
        <Icon of={PanelRight} label="Details" />
      </button>
    </header>
  )
}
