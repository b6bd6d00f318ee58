// What appears at the edge of the screen for a while: a message that came in, something that did not work, or
// something that can still be taken back.

import { atom, type ReadableAtom } from 'nanostores'

export type Notice =
  | {
      readonly id: number
      readonly kind: 'message'
      readonly conversation: string
      readonly contact: string
      readonly name: string
      readonly text: string
    }
  | { readonly id: number; readonly kind: 'failure'; readonly text: string }
  /** Something that was done and can be taken back. */
  | { readonly id: number; readonly kind: 'done'; readonly text: string; readonly undo: () => void }

type NewNotice = Notice extends infer Each ? (Each extends Notice ? Omit<Each, 'id'> : never) : never

export interface Notices {
  readonly $notices: ReadableAtom<readonly Notice[]>
  show(notice: NewNotice): void
  dismiss(id: number): void
  /** The conversation is on the screen: what was said about it has been seen. */
  seen(conversation: string): void
  close(): void
}

/** Long enough to read two lines without hurry. */
const SHOWN_FOR_MS = 7_000
/** More than three cover the thread. */
const AT_MOST = 3

export function createNotices(): Notices {
  const $notices = atom<readonly Notice[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let last = 0

  function dismiss(id: number): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
    $notices.set($notices.get().filter((notice) => notice.id !== id))
  }

  return {
    $notices,
    show(notice) {
      const id = ++last
      // A second message of the same conversation takes the place of the first.
      const others = $notices
        .get()
        .filter(
          (shown) =>
            !(shown.kind === 'message' && notice.kind === 'message' && shown.conversation === notice.conversation),
        )
      $notices.set([...others, { ...notice, id }].slice(-AT_MOST))
      timers.set(
        id,
        setTimeout(() => dismiss(id), SHOWN_FOR_MS),
      )
    },
    dismiss,
    seen(conversation) {
      for (const notice of $notices.get())
        if (notice.kind === 'message' && notice.conversation === conversation) dismiss(notice.id)
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      $notices.set([])
    },
  }
}
