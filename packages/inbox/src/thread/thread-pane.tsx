import { toFileDrop } from '@pendopo/sdk/files'
import type { AgentConversation, AgentWelcome, ConversationView, Row, ThreadMessage } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { EyeOff } from 'lucide'
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { ContactDrawer } from '../contact/contact-drawer.tsx'
import { useChosen } from '../files/use-chosen.ts'
import { OriginalDialog } from '../mail/original-dialog.tsx'
import { toReach, toSiteMail } from '../mail/reach.ts'
import { useMailDraft } from '../mail/use-mail-draft.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { toDisplayName } from '../ui/display-name.ts'
import { CloseDialog } from './close-dialog.tsx'
import { Composer } from './composer.tsx'
import { MessageList } from './message-list.tsx'
import { ThreadHeader } from './thread-header.tsx'
import { TypingLine } from './typing-line.tsx'

interface ThreadPaneProps {
  readonly id: string
  readonly conversation: AgentConversation
  readonly agent: AgentWelcome['agent']
  /** What the list already knows: shown until the conversation itself has come. */
  readonly row: Row | undefined
  readonly backHref: string | null
  readonly onLeave: () => void
}

/** The right pane: one conversation, with what is known about the person beside it. Mounted anew for each. */
export function ThreadPane({ id, conversation, agent, row, backHref, onLeave }: ThreadPaneProps) {
  const app = useApp()
  const chosen = useChosen()
  const [isOver, setOver] = useState(false)
  const [original, setOriginal] = useState<string | null>(null)
  const view = useStore(conversation.$view)
  const who = useStore(conversation.$contact)
  const typing = useStore(conversation.$typing)
  const colleagues = useStore(app.inbox.$colleagues)
  const gone = useStore(conversation.$gone)
  const overlay = useStore(app.$overlay)
  const sites = useStore(app.inbox.$sites)
  const narrow = useStore(app.$narrow)
  const snug = useStore(app.$snug)
  const peek = useStore(app.$peek)
  const preferences = useStore(app.preferences.$values)
  const details = snug ? peek : preferences.details
  const everyone = useMemo(() => [agent, ...colleagues.filter((each) => each.id !== agent.id)], [agent, colleagues])
  const contact = view?.contact || row?.contact.id || who?.id || id
  const name = toDisplayName(who?.name || row?.contact.name || '', contact)
  const names = useMemo(() => ({ self: agent.id, colleagues: everyone, contact: name }), [agent.id, everyone, name])

  const siteMail = toSiteMail(sites, view?.channel ?? row?.site)
  const mail = siteMail.isOn ? (view?.mail ?? null) : null
  const canMail = mail !== null && mail.address !== null
  const written = useMailDraft(id, app.drafts, canMail ? mail : null)
  const { answer } = written
  const replyToMail = useCallback(
    (message: ThreadMessage) => {
      answer(message)
      app.replyTo(id)
    },
    [app, answer, id],
  )
  const reach = toReach(view === null ? null : (who?.online ?? row?.online ?? null), mail, siteMail)
  const showOriginal = useCallback(
    (id: string) => {
      setOriginal(id)
      app.$overlay.set('original')
    },
    [app],
  )

  useEffect(() => {
    if (gone !== null) app.replied()
  }, [app, gone])

  if (gone !== null)
    return (
      <section class="pane thread-pane thread-none" data-keys aria-label="Conversation">
        <EmptyState icon={EyeOff} action={{ label: 'Back to the list', run: onLeave }}>
          This conversation is not there, or not for you to see.
        </EmptyState>
      </section>
    )
  return (
    <section class="pane thread-pane" aria-label={`Conversation with ${name}`}>
      <div class="thread-main" data-keys {...toFileDrop(setOver, chosen.add)}>
        <ThreadHeader
          conversation={conversation}
          name={name}
          contact={contact}
          self={agent.id}
          colleagues={everyone}
          backHref={backHref}
          detailsOpen={details}
          onTranscript={canMail ? () => app.sendTranscript(id) : null}
          onDetails={app.toggleDetails}
        />
        <MessageList
          conversation={conversation}
          contact={contact}
          names={names}
          onOriginal={showOriginal}
          onReply={canMail ? replyToMail : null}
        />
        <TypingLine typing={typing} name={name} />
        {isOver && <p class="thread-drop">Drop files here to attach them</p>}
        <Composer
          id={id}
          conversation={conversation}
          chosen={chosen}
          hint={toHint(view, agent.id, everyone)}
          reach={reach}
          mail={canMail ? mail : null}
          written={written}
        />
      </div>
      {details && (
        <ContactDrawer
          view={view}
          row={row}
          contact={contact}
          name={name}
          online={who?.online ?? row?.online ?? false}
          conversation={conversation}
          colleagues={everyone}
          floating={snug}
          full={narrow}
          onClose={app.toggleDetails}
        />
      )}
      {overlay === 'original' && original !== null && (
        <OriginalDialog load={() => conversation.originalMail(original)} onClose={() => app.$overlay.set(null)} />
      )}
      {overlay === 'close' && (
        <CloseDialog
          name={name}
          onCancel={() => app.$overlay.set(null)}
          onClose={(reason) => {
            app.$overlay.set(null)
            app.closeConversation(id, name, reason === '' ? undefined : reason)
          }}
        />
      )}
    </section>
  )
}

function toHint(
  view: ConversationView | null,
  self: string,
  colleagues: readonly { readonly id: string; readonly name: string }[],
): string {
  if (view === null) return ''
  if (view.status === 'closed') return 'Closed: an answer reopens it.'
  if (view.assignee === null) return 'Your answer assigns it to you.'
  if (view.assignee === self) return ''
  return `${colleagues.find(({ id }) => id === view.assignee)?.name ?? 'A colleague'} has this: your answer joins them.`
}
