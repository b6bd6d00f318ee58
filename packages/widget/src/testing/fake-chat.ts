// A chat in memory: the same stores as the real one, moved by hand. For unit tests and the gallery.

import type {
  Chat,
  ChatConversation,
  ConnectionStatus,
  MailAddress,
  MessageStatus,
  PendopoError,
  SentMessage,
  ThreadAuthor,
  ThreadItem,
  ThreadMessage,
} from '@pendopo/sdk'
import { atom } from 'nanostores'

export const SELF: ThreadAuthor = { kind: 'self', id: 'v1', name: '' }
export const AYU: ThreadAuthor = { kind: 'agent', id: 'a1', name: 'Ayu Lestari' }

let made = 0

/** A message with everything one does not care about filled in. */
export function message(over: Partial<ThreadMessage> & { readonly text: string | null }): ThreadMessage {
  const mine = over.mine ?? false
  const number = ++made
  return {
    type: 'message',
    id: `m${number}`,
    n: number,
    author: mine ? SELF : AYU,
    mine,
    at: Date.now(),
    status: 'stored',
    error: null,
    editedAt: null,
    replyTo: null,
    ...over,
  }
}

/** A chat whose stores the caller sets. */
export function createFakeChat(items: readonly ThreadItem[] = []) {
  const calls: string[] = []
  const pages: string[] = []
  const $connection = atom<ConnectionStatus>('idle')
  const $error = atom<PendopoError | null>(null)
  const $availability = atom<'online' | 'away' | null>(null)
  const $hasMail = atom(false)
  const $view = atom<ReturnType<ChatConversation['$view']['get']>>(null)
  const $address = atom<MailAddress | null>(null)
  const $persistence = atom<'indexeddb' | 'memory'>('indexeddb')
  const $messages = atom<readonly ThreadItem[]>(items)
  const $typing = atom<readonly ThreadAuthor[]>([])
  const $hasOlder = atom(false)
  const $loading = atom(false)
  const $unread = atom(0)
  const $read = atom(0)
  const $status = atom<'none' | 'open' | 'closed'>(items.length > 0 ? 'open' : 'none')
  const $agents = atom<readonly (ThreadAuthor & { readonly online: boolean })[]>([])
  let fileUrl = (id: string): string => `https://chat.example.com/files/${id}`
  let giveAddress = async (email: string): Promise<void> => $address.set({ email, isVerified: false })
  let resume = async (): Promise<void> => {}
  let older: () => readonly ThreadItem[] = () => []

  const patch = (id: string, over: Partial<ThreadMessage>): void =>
    $messages.set(
      $messages.get().map((item) => (item.id === id && item.type === 'message' ? { ...item, ...over } : item)),
    )
  const send = (text: string): SentMessage => {
    const sent = message({ text, mine: true, n: null, status: 'sending' })
    $messages.set([...$messages.get(), sent])
    return { id: sent.id, queued: Promise.resolve(), stored: new Promise(() => {}) }
  }

  const conversation: ChatConversation = {
    $id: atom<string | null>('c1'),
    $view,
    $messages,
    $typing,
    $hasOlder,
    $loading,
    $unread,
    $read,
    $status,
    $agents,
    $address,
    async giveAddress(email) {
      calls.push(`giveAddress ${email}`)
      await giveAddress(email)
    },
    send(sent) {
      calls.push(`send ${sent.text}`)
      return send(sent.text)
    },
    async attach(files, { caption = '' } = {}) {
      const all = files instanceof Blob ? [files] : [...files]
      calls.push(`attach ${all.map((file) => ('name' in file ? file.name : file.type)).join(' ')} ${caption}`)
      return send(caption)
    },
    fileUrl: (id) => Promise.resolve(fileUrl(id)),
    retry(id) {
      calls.push(`retry ${id}`)
      const found = $messages.get().find((item) => item.id === id)
      $messages.set($messages.get().filter((item) => item.id !== id))
      return send(found?.type === 'message' ? (found.text ?? '') : '')
    },
    async discard(id) {
      calls.push(`discard ${id}`)
      $messages.set($messages.get().filter((item) => item.id !== id))
    },
    typing: (active = true) => void calls.push(`typing ${active}`),
    markRead() {
      calls.push('markRead')
      $read.set($messages.get().reduce((highest, { n }) => Math.max(highest, n ?? 0), 0))
      $unread.set(0)
    },
    async loadOlder() {
      calls.push('loadOlder')
      $messages.set([...older(), ...$messages.get()])
    },
  }
  const chat: Chat = {
    $connection,
    $error,
    $availability,
    $hasMail,
    $persistence,
    $unread,
    connect() {
      calls.push('connect')
      if ($connection.get() === 'idle') $connection.set('online')
    },
    isReturning: () => Promise.resolve(items.length > 0),
    async identify() {
      calls.push('identify')
    },
    logout: () => Promise.resolve(),
    async resume(token) {
      calls.push(`resume ${token}`)
      await resume()
    },
    conversation: () => conversation,
    viewPage: (page) => void pages.push(page.url),
    async close() {
      calls.push('close')
    },
  }

  return {
    chat,
    conversation,
    /** What was called, in order. */
    calls,
    pages,
    $connection,
    $error,
    $availability,
    $persistence,
    $messages,
    $typing,
    $hasOlder,
    $loading,
    $unread,
    $read,
    $status,
    $agents,
    $hasMail,
    $address,
    $view,
    /** What becomes of an address that is given, and of a mailed link. */
    setGiveAddress(give: (email: string) => Promise<void>) {
      giveAddress = give
    },
    setResume(work: () => Promise<void>) {
      resume = work
    },
    /** Where files are. */
    setFileUrl(make: (id: string) => string) {
      fileUrl = make
    },
    /** What `loadOlder` brings. */
    setOlder(make: () => readonly ThreadItem[]) {
      older = make
    },
    setStatus: (id: string, status: MessageStatus) => patch(id, { status }),
    /** The other side writes. */
    receive(over: Partial<ThreadMessage> & { readonly text: string | null }) {
      const received = message(over)
      $messages.set([...$messages.get(), received])
      $unread.set($unread.get() + 1)
      return received
    },
  }
}
