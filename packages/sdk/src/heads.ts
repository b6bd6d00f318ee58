// The visitor's conversations and their numbers. A hint that is lost delays and never loses: on a slow beat, and when
// the page becomes visible, the numbers are compared.

import type { ConversationHead, VisitorWelcome } from '@pendopo/protocol'
import { atom, type ReadableAtom } from 'nanostores'
import type { Connection } from './connection/create-connection.ts'
import type { Environment } from './environment.ts'

/** How late a lost hint may be noticed while somebody looks: rare enough to be free, soon enough to be forgiven. */
const BEAT_MS = 60_000

export interface Heads {
  /** `null` before the server has said. */
  readonly $heads: ReadableAtom<readonly ConversationHead[] | null>
  /** Messages that wait in all conversations but this one. */
  unreadBeside(conversation: string | null): number
  /** Asks now. */
  compare(): void
  /** Knows nothing, as at the start. */
  reset(): void
  close(): void
}

export function createHeads(
  connection: Pick<Connection<VisitorWelcome>, 'request' | 'isOnline' | 'onPacket'>,
  { clock, attention }: Pick<Environment, 'clock' | 'attention'>,
): Heads {
  const $heads = atom<readonly ConversationHead[] | null>(null)
  let cancelBeat: (() => void) | null = null

  function compare(): void {
    if (!attention.isVisible() || !connection.isOnline()) return
    connection.request('heads', {}).then(
      ({ conversations }) => $heads.set(conversations),
      // The next beat, or the next welcome, asks again.
      () => undefined,
    )
  }

  function beat(): void {
    cancelBeat?.()
    cancelBeat = clock.after(BEAT_MS, () => {
      compare()
      beat()
    })
  }

  const stops = [
    connection.onPacket('welcome', ({ conversations }) => {
      $heads.set(conversations)
      beat()
    }),
    // A conversation that began elsewhere, news in one that is not watched here, or one that was read in another
    // window, which moves no number: the counts are the server's.
    connection.onPacket('hint', compare),
    attention.onChange(compare),
    () => cancelBeat?.(),
  ]

  return {
    $heads,
    unreadBeside: (conversation) =>
      ($heads.get() ?? []).reduce((sum, { id, unread }) => (id === conversation ? sum : sum + unread), 0),
    compare,
    reset() {
      cancelBeat?.()
      $heads.set(null)
    },
    close: () => stops.splice(0).forEach((stop) => stop()),
  }
}

/** The conversation a visitor is in: the open one, else the one that moved last. */
export const currentOf = (heads: readonly ConversationHead[]): ConversationHead | undefined =>
  heads.find(({ status }) => status === 'open') ?? heads[0]
