import type { ThreadEvent, ThreadUnsupported } from '@pendopo/sdk/inbox'
import {
  AtSign,
  Braces,
  CircleCheck,
  Clock,
  DoorOpen,
  Globe,
  LogIn,
  Mail,
  MailCheck,
  MailWarning,
  MailX,
  MessageCircle,
  RotateCcw,
  ScrollText,
  ShieldAlert,
  Undo2,
  type IconNode,
  UserPlus,
} from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'
import { PageLink } from '../ui/page-link.tsx'
import { toClockTime, toFullTime } from '../ui/time.ts'
import { toEventText, type EventNames } from './event-text.ts'

const ICONS: Readonly<Record<string, IconNode>> = {
  'conversation.opened': MessageCircle,
  'conversation.closed': CircleCheck,
  'conversation.reopened': RotateCcw,
  'conversation.assigned': UserPlus,
  'conversation.unassigned': Undo2,
  'participant.joined': LogIn,
  'participant.left': DoorOpen,
  'page.changed': Globe,
  'address.given': AtSign,
  'mail.delayed': Clock,
  'mail.sent': Mail,
  'mail.failed': MailWarning,
  'mail.held': ShieldAlert,
  'mail.ruled': MailCheck,
  'mail.stopped': MailX,
  'transcript.requested': ScrollText,
}

interface EventLineProps {
  readonly id: string
  readonly event: ThreadEvent
  readonly earlier: readonly ThreadEvent[]
  readonly names: EventNames
}

/** Something that happened, in the line of the conversation. */
export function EventLine({ id, event, earlier, names }: EventLineProps) {
  const [open, setOpen] = useState(false)
  return (
    <div class="event" data-key={id}>
      {open && earlier.map((each) => <EventSentence key={each.id} event={each} names={names} />)}
      <EventSentence event={event} names={names} />
      {earlier.length > 0 && !open && (
        <button type="button" class="text-button" onClick={() => setOpen(true)}>
          and {earlier.length === 1 ? 'one page' : `${earlier.length} pages`} before
        </button>
      )}
    </div>
  )
}

function EventSentence({ event, names }: { readonly event: ThreadEvent; readonly names: EventNames }) {
  const said = event.kind === 'mail.failed' ? event.words?.text : undefined
  const sentence = (
    <span class={`event-sentence ${event.kind === 'mail.failed' ? 'event-failed' : ''}`}>
      <Icon of={ICONS[event.kind] ?? Braces} size={14} />
      <span dir="auto">{toEventText(event, names)}</span>
      {event.page !== null && <PageLink page={event.page} />}
      <time dateTime={new Date(event.at).toISOString()} title={toFullTime(event.at)}>
        {toClockTime(event.at)}
      </time>
    </span>
  )
  if (said === undefined) return sentence
  return (
    <>
      {sentence}
      <details class="event-said">
        <summary>What the mail server said</summary>
        <q dir="auto">{said}</q>
      </details>
    </>
  )
}

/** An event of a version later than this page: named, and shown as it came for those who ask. */
export function UnsupportedLine({ id, item }: { readonly id: string; readonly item: ThreadUnsupported }) {
  const [open, setOpen] = useState(false)
  return (
    <div class="event" data-key={id}>
      <span class="event-sentence">
        <Icon of={Braces} size={14} />
        Unsupported message: {item.kind}
        <button type="button" class="text-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show more'}
        </button>
      </span>
      {open && (
        <pre class="event-json" dir="ltr" tabIndex={0}>
          {JSON.stringify(item.raw, null, 2)}
        </pre>
      )}
    </div>
  )
}
