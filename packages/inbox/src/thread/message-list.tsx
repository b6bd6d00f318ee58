import type { AgentConversation, ThreadMessage } from '@pendopo/sdk/inbox'
import { useStore } from '@nanostores/preact'
import { ArrowDown, MessageCircle } from 'lucide'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useApp } from '../app/app-context.ts'
import { toAddresses } from '../mail/address-at.ts'
import { toCommandId } from '../mail/command-of.ts'
import { HeldMail } from '../mail/held-mail.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { toDayName } from '../ui/time.ts'
import { EventLine, UnsupportedLine } from './event-line.tsx'
import type { EventNames } from './event-text.ts'
import { MessageGroup } from './message-group.tsx'
import { moveWindow, toWindow, type WindowEnd } from './block-window.ts'
import { toBlocks, type Block } from './to-blocks.ts'
import { usePlaceKeeper } from './use-place-keeper.ts'
import { useVisible } from './use-visible.ts'

interface MessageListProps {
  readonly conversation: AgentConversation
  readonly contact: string
  readonly names: EventNames
  /** Shows a mail as it came, by the id of the command that it goes by. */
  readonly onOriginal: (mail: string) => void
  /** Answers one mail; `null` where none can be written. */
  readonly onReply: ((message: ThreadMessage) => void) | null
}

/** The thread itself. */
export function MessageList({ conversation, contact, names: people, onOriginal, onReply }: MessageListProps) {
  const app = useApp()
  const items = useStore(conversation.$messages)
  const loading = useStore(conversation.$loading)
  const hasOlder = useStore(conversation.$hasOlder)
  const unread = useStore(conversation.$unread)
  const now = useStore(app.$now)
  const mail = useStore(conversation.$view)?.mail ?? null
  const address = mail?.address ?? null
  const names = useMemo(() => ({ ...people, addresses: toAddresses(items, address) }), [people, items, address])
  const visible = useVisible()
  const lastOwn = items.findLast((item) => item.type === 'message' && item.mine)?.id
  const unreadAfter = useReadMarkAtOpening(conversation, loading, lastOwn)
  const blocks = useMemo(() => toBlocks(items, unreadAfter), [items, unreadAfter])
  const [place, setPlace] = useState<WindowEnd>(null)
  const { start, end } = useMemo(() => toWindow(blocks, place), [blocks, place])
  const shown = useMemo(() => blocks.slice(start, end), [blocks, start, end])
  const isWhole = end === blocks.length
  const { viewport, atEnd, nearTop, nearEnd, toEnd } = usePlaceKeeper(shown, isWhole)
  const toNewest = useCallback(() => {
    setPlace(null)
    toEnd()
  }, [toEnd])
  const [loadingOlder, setLoadingOlder] = useState(false)

  const loadOlder = useCallback(() => {
    setLoadingOlder(true)
    app.attempt(
      'load older messages',
      conversation.loadOlder().finally(() => setLoadingOlder(false)),
    )
  }, [app, conversation])

  useEffect(() => {
    if (nearTop && start > 0) setPlace(moveWindow(blocks, { start, end }, 'older'))
    else if (nearTop && hasOlder && !loadingOlder && !loading) loadOlder()
    else if (nearEnd && !nearTop && !isWhole) setPlace(moveWindow(blocks, { start, end }, 'newer'))
  }, [nearTop, nearEnd, blocks, start, end, isWhole, hasOlder, loadingOlder, loading, loadOlder])

  useEffect(() => {
    if (visible && atEnd && unread > 0 && !loading) conversation.markRead()
  }, [visible, atEnd, unread, loading, conversation])

  // What one writes oneself is always shown.
  const shownOwn = useRef(lastOwn)
  useEffect(() => {
    if (lastOwn !== shownOwn.current && items[items.length - 1]?.id === lastOwn) toNewest()
    shownOwn.current = lastOwn
  }, [lastOwn, items, toNewest])

  const onRetry = useCallback((id: string) => void conversation.retry(id), [conversation])
  const onDiscard = useCallback(
    (id: string) => app.attempt('delete this', conversation.discard(id)),
    [app, conversation],
  )

  const onRule = useCallback(
    (held: string, accepted: boolean) =>
      app.attempt(
        accepted ? 'add this e-mail to the conversation' : 'leave this e-mail out',
        conversation.ruleMail(held, accepted),
      ),
    [app, conversation],
  )

  return (
    <div class="thread-body">
      {/* Focusable, so that the keyboard can scroll it. */}
      <div
        class="thread-viewport"
        ref={viewport}
        tabIndex={0}
        role="log"
        aria-label="Messages"
        aria-live="off"
        aria-busy={loading}
      >
        <div class="thread-column">
          {hasOlder && start === 0 && (
            <button type="button" class="text-button thread-older" onClick={loadOlder} aria-disabled={loadingOlder}>
              {loadingOlder ? 'Loading older messages' : 'Older messages'}
            </button>
          )}
          {shown.map((block) => (
            <BlockView
              key={block.key}
              block={block}
              now={now}
              contact={contact}
              names={names}
              fileUrl={conversation.fileUrl}
              onRetry={onRetry}
              onDiscard={onDiscard}
              held={mail?.held ?? NOTHING}
              onRule={onRule}
              onOriginal={onOriginal}
              onReply={onReply}
            />
          ))}
          {!loading && items.length === 0 && (
            <EmptyState icon={MessageCircle}>Nothing has been written here yet.</EmptyState>
          )}
        </div>
      </div>
      {!atEnd && (
        <button type="button" class={`pill ${unread > 0 ? 'pill-new' : ''}`} onClick={toNewest}>
          <Icon of={ArrowDown} size={16} />
          {unread > 0 ? `${unread} new` : 'Newest'}
        </button>
      )}
      <Announcer items={items} contact={people.contact} />
    </div>
  )
}

const NOTHING: readonly string[] = []

interface BlockProps {
  readonly block: Block
  readonly now: number
  readonly contact: string
  readonly names: EventNames
  readonly fileUrl: AgentConversation['fileUrl']
  readonly onRetry: (id: string) => void
  readonly onDiscard: (id: string) => void
  /** Mails that wait for a decision. */
  readonly held: readonly string[]
  readonly onRule: (held: string, accepted: boolean) => void
  readonly onReply: MessageListProps['onReply']
  readonly onOriginal: (mail: string) => void
}

function BlockView(props: BlockProps) {
  const { block, now, contact, names, fileUrl, onRetry, onDiscard, held, onRule, onOriginal, onReply } = props
  switch (block.type) {
    case 'day':
      return (
        <div class="day" data-key={block.key}>
          <span>{toDayName(block.at, now)}</span>
        </div>
      )
    case 'unread':
      return (
        <div class="unread-line" data-key={block.key} role="separator" aria-label="New messages below">
          <span>New</span>
        </div>
      )
    case 'event':
      if (block.item.kind === 'mail.held' && held.includes(toCommandId(block.item))) {
        const command = toCommandId(block.item)
        return (
          <HeldMail
            id={block.key}
            event={block.item}
            onRule={(accepted) => onRule(command, accepted)}
            onOriginal={() => onOriginal(command)}
          />
        )
      }
      return <EventLine id={block.key} event={block.item} earlier={block.earlier} names={names} />
    case 'unsupported':
      return <UnsupportedLine id={block.key} item={block.item} />
    default:
      return (
        <MessageGroup
          group={block}
          name={names.contact}
          {...{ contact, fileUrl, onRetry, onDiscard, onOriginal, onReply }}
        />
      )
  }
}

/**
 * The read mark as it was when the thread was opened: the unread line stays where it is until the thread is left, or
 * until one has answered what stands below it.
 */
function useReadMarkAtOpening(
  conversation: AgentConversation,
  loading: boolean,
  lastOwn: string | undefined,
): number | null {
  const opened = useRef<{ readonly read: number; readonly lastOwn: string | undefined } | null>(null)
  if (!loading) opened.current ??= { read: conversation.$read.get(), lastOwn }
  return opened.current?.lastOwn === lastOwn ? (opened.current?.read ?? null) : null
}

interface AnnouncerProps {
  readonly items: ReturnType<AgentConversation['$messages']['get']>
  readonly contact: string
}

/** Tells those who listen about a new message of the contact, once and politely. */
function Announcer({ items, contact }: AnnouncerProps) {
  const last = items[items.length - 1]
  const seen = useRef(last?.id)
  const words = useRef('')
  if (last !== undefined && last.id !== seen.current) {
    // Nothing is read out when the first page arrives.
    if (seen.current !== undefined && last.type === 'message' && !last.mine)
      words.current = `${last.author.name || contact}: ${last.text || (last.attachments ?? []).map(({ name }) => name).join(', ')}`
    seen.current = last.id
  }
  return (
    <div class="visually-hidden" role="status">
      {words.current}
    </div>
  )
}
