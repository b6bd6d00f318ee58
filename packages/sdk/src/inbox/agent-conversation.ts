import { applyConversationAndMail, type People } from '@pendopo/protocol'
import { atom } from 'nanostores'
import { derived } from '../derived.ts'
import type { AgentConversation } from '../inbox-client.ts'
import { PendopoError } from '../pendopo-error.ts'
import { createThread, type ThreadCore, type ThreadOptions } from '../thread/create-thread.ts'
import type { UnreadHint } from '../thread/unread.ts'
import type { Issuer } from './issue.ts'

export interface AgentConversationOptions extends Pick<
  ThreadOptions,
  'connection' | 'outbox' | 'attachments' | 'environment' | '$viewer'
> {
  readonly id: string
  readonly issuer: Issuer
  readonly originalMail: AgentConversation['originalMail']
  readonly unreadHint: () => UnreadHint | undefined
  readonly onRead: (upTo: number) => void
  readonly onClose: () => void
}

/** A thread as an agent sees it: watched until closed, with what an agent can do to it. */
export function createAgentConversation(
  options: AgentConversationOptions,
): AgentConversation & Pick<ThreadCore, 'post'> {
  const { id, connection, outbox, attachments, environment, $viewer, issuer, unreadHint, onRead, onClose } = options
  const $gone = atom<PendopoError | null>(null)
  const thread = createThread({
    connection,
    outbox,
    attachments,
    environment,
    $viewer,
    owns: (entry) => outbox.resolve(entry.conversation) === id,
    unreadHint,
    fold: applyConversationAndMail,
    onGone: (error) => $gone.set(error),
  })
  const stopGone = connection.onPacket('gone', ({ conversation }) => {
    if (conversation === id)
      $gone.set(
        new PendopoError('not_found', 'unable to show this conversation; it is no longer for this agent to see'),
      )
  })
  thread.bind(id)
  const { $id, $view, $messages, $typing, $hasOlder, $loading, $unread, $read } = thread
  const { send, attach, fileUrl, post, retry, discard, typing, loadOlder } = thread

  return {
    $id,
    $view,
    $messages,
    $typing,
    $hasOlder,
    $loading,
    $unread,
    $read,
    $gone,
    $contact: derived([thread.$timeline], () => {
      const { view, people } = thread.$timeline.get()
      const contact = contactIn(view?.identities ?? [], people)
      return contact === null ? null : { kind: 'contact' as const, ...contact }
    }),
    $marks: derived([thread.$timeline], () =>
      Object.fromEntries(Object.values(thread.$timeline.get().marks).map(({ reader, read }) => [reader.id, read])),
    ),
    send,
    attach,
    fileUrl,
    post,
    retry,
    discard,
    typing,
    loadOlder,
    markRead() {
      thread.markRead()
      onRead(thread.$timeline.get().n)
    },
    originalMail: options.originalMail,
    ruleMail: (held, accepted) => issuer.issue(id, { kind: 'mail.rule', data: { held, accepted } }),
    sendTranscript: () => issuer.issue(id, { kind: 'mail.transcript', data: {} }),
    assign: (agent) => issuer.issue(id, { kind: 'conversation.assign', data: { agent } }),
    unassign: () => issuer.issue(id, { kind: 'conversation.unassign', data: {} }),
    resolve: (reason) => issuer.issue(id, { kind: 'conversation.close', data: reason === undefined ? {} : { reason } }),
    reopen: () => issuer.issue(id, { kind: 'conversation.reopen', data: {} }),
    close() {
      onClose()
      stopGone()
      thread.close()
    },
  }
}

/** The person behind the identities: the one who is here, else the one who came first; named by whoever has a name. */
function contactIn(
  identities: readonly string[],
  people: People,
): { id: string; name: string; online: boolean } | null {
  const present = identities.find((identity) => people[identity]?.online === true)
  const id = present ?? identities[0]
  if (id === undefined) return null
  const named = identities.find((identity) => (people[identity]?.name ?? '') !== '')
  return {
    id,
    name: people[id]?.name || (named === undefined ? '' : (people[named]?.name ?? '')),
    online: present !== undefined,
  }
}
