import type { AgentConversation, Colleague, ConversationView, Row } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { toAgo, toFullTime } from '../ui/time.ts'
import { toLocaleName } from './locale-name.ts'

interface ContactDrawerProps {
  readonly view: ConversationView | null
  readonly row: Row | undefined
  readonly contact: string
  readonly name: string
  readonly online: boolean
  readonly conversation: AgentConversation
  readonly colleagues: readonly Pick<Colleague, 'id' | 'name'>[]
  /** Over the thread, because there is no room beside it. */
  readonly floating: boolean
  /** Alone on the screen. */
  readonly full: boolean
  readonly onClose: () => void
}

/** What is known about the person and the conversation. */
export function ContactDrawer(props: ContactDrawerProps) {
  const { view, row, contact, name, online, floating, full, onClose } = props
  const app = useApp()
  const now = useStore(app.$now)
  const locale = useLocale(props.conversation)
  const closeButton = useRef<HTMLButtonElement>(null)
  const page = view?.page ?? row?.page ?? null
  const lastActive = row?.lastActiveAt ?? view?.lastAt

  useEffect(() => {
    if (full) closeButton.current?.focus()
  }, [full])

  return (
    <aside
      class={`drawer ${floating ? 'drawer-floating' : ''}`}
      aria-label="Details"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && floating) onClose()
      }}
    >
      <div class="drawer-head">
        <Avatar id={contact} name={name} size="large" online={online} />
        <h2 class="drawer-name" dir="auto">
          {name}
        </h2>
        <p class="drawer-presence">
          {online ? 'On the site now' : lastActive === undefined ? '' : `Last here ${toAgo(lastActive, now)}`}
        </p>
        {floating && (
          <button type="button" ref={closeButton} class="icon-button drawer-close" onClick={onClose}>
            <Icon of={X} label="Close details" />
          </button>
        )}
      </div>
      <Section title="Contact">
        <Fact label="E-mail">
          <Address signed={row?.contact.email} mail={view?.mail ?? null} />
        </Fact>
        {locale !== null && <Fact label="Language">{toLocaleName(locale)}</Fact>}
        {page !== null && (
          <Fact label={online ? 'Page now' : 'Last page'}>
            <PageLink page={page} long />
          </Fact>
        )}
        {lastActive !== undefined && (
          <Fact label="Last active">
            <time title={toFullTime(lastActive)}>{toAgo(lastActive, now)}</time>
          </Fact>
        )}
        {view !== null && (
          <Fact label={view.identities.length === 1 ? 'Identity' : 'Identities'}>
            {view.identities.map((identity) => (
              <code key={identity} class="fact-id" title={identity}>
                {identity.slice(-8)}
              </code>
            ))}
          </Fact>
        )}
      </Section>
      {view !== null && <ConversationFacts view={view} row={row} colleagues={props.colleagues} now={now} />}
    </aside>
  )
}

interface AddressProps {
  /** What the site's back end vouches for. */
  readonly signed: string | undefined
  readonly mail: ConversationView['mail']
}

/** Where they can be written to, and whether that is known to be theirs. */
function Address({ signed, mail }: AddressProps) {
  const address = signed ?? mail?.address ?? null
  if (address === null) return <span class="fact-none">Not known</span>
  return (
    <>
      <a href={`mailto:${encodeURIComponent(address).replace('%40', '@')}`} rel="noopener noreferrer">
        <bdi>{address}</bdi>
      </a>
      {signed === undefined && mail?.isVerified !== true && <span class="fact-none"> not verified</span>}
    </>
  )
}

interface ConversationFactsProps {
  readonly view: ConversationView
  readonly row: Row | undefined
  readonly colleagues: readonly Pick<Colleague, 'id' | 'name'>[]
  readonly now: number
}

function ConversationFacts({ view, row, colleagues, now }: ConversationFactsProps) {
  const nameOf = (id: string) => colleagues.find((each) => each.id === id)?.name ?? 'A colleague'
  return (
    <Section title="Conversation">
      <Fact label="Status">{view.status === 'open' ? 'Open' : 'Closed'}</Fact>
      <Fact label="Assigned to">
        {view.assignee === null ? <span class="fact-none">Nobody</span> : <bdi>{nameOf(view.assignee)}</bdi>}
      </Fact>
      {view.participants.length > 1 && (
        <Fact label="Taking part">
          <bdi>{view.participants.map(nameOf).join(', ')}</bdi>
        </Fact>
      )}
      {row !== undefined && <Fact label="Site">{row.site}</Fact>}
      <Fact label="Started">
        <time title={toFullTime(view.openedAt)}>{toAgo(view.openedAt, now)}</time>
      </Fact>
      {view.closedAt !== null && (
        <Fact label="Closed">
          <time title={toFullTime(view.closedAt)}>{toAgo(view.closedAt, now)}</time>
        </Fact>
      )}
      {view.episode > 1 && <Fact label="Episode">{view.episode}</Fact>}
      <Fact label="Messages">
        {view.incoming} in, {view.outgoing} out
      </Fact>
    </Section>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="facts">
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** The language the visitor's browser asked for: the opening says it, once that part of the thread is loaded. */
function useLocale(conversation: AgentConversation): string | null {
  const items = useStore(conversation.$messages)
  const opened = items.find((item) => item.type === 'event' && item.kind === 'conversation.opened')
  const locale = opened?.type === 'event' ? opened.data.locale : undefined
  return typeof locale === 'string' ? locale : null
}
