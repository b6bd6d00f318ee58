// The states the inbox is looked at in. `tools` and people open them as `gallery.html?scene=<name>`.

import type { Overlay } from '../app/app-context.ts'
import type { Place } from '../app/routes.ts'
import { makeHardThread, makeLongThread, makeMailThread, makeRows, makeThread } from './fake-data.ts'
import { createFakeInbox, type FakeInbox } from './fake-inbox.ts'

export interface Scene {
  readonly inbox: FakeInbox
  readonly place: Place
  /** Brings the state about that is not data, once it is on the screen. */
  readonly after?: () => void
  readonly overlay?: Overlay
}

/** A fixed present, so that pictures can be compared. */
export const NOW = new Date('2026-03-12T10:24:00').getTime()

export const SCENES: Readonly<Record<string, () => Scene>> = {
  login: () => ({
    inbox: createFakeInbox({ rows: [], thread: (row) => makeThread(row, NOW), signedIn: false, now: NOW }),
    place: { list: null, conversation: null },
  }),
  empty: () => at(0, 'mine', null),
  one: () => at(1, 'mine', 0),
  list: () => at(300, 'all', null),
  lists: () => at(300, null, null),
  thread: () => at(300, 'all', 0),
  mine: () => at(300, 'mine', 0),
  long: () => at(300, 'all', 0, makeLongThread),
  hard: () => at(300, 'all', 2, makeHardThread),
  many: () => at(5_000, 'all', 0),
  /** The contact is away, and a mail waits. */
  mail: () => atMail(),
  settings: () => ({ ...at(300, 'all', 0), overlay: 'settings' }),
  offline: () => {
    const scene = at(300, 'all', 0)
    scene.inbox.setConnection('offline')
    return scene
  },
  toast: () => {
    const scene = at(300, 'all', 0)
    return {
      ...scene,
      after: () =>
        scene.inbox.receive(
          makeRows(3, NOW)[1]?.id ?? '',
          'Could you also send it to our accountant? Her address is on the first page of the contract.',
        ),
    }
  },
}

function atMail(): Scene {
  const rows = makeRows(300, NOW).map((row, index) =>
    index === 0 ? { ...row, online: false, held: true, waitingSince: null } : row,
  )
  return {
    inbox: createFakeInbox({ rows, thread: (row) => makeMailThread(row, NOW), now: NOW }),
    place: { list: 'all', conversation: rows[0]?.id ?? null },
  }
}

function at(count: number, list: Place['list'], open: number | null, thread = makeThread): Scene {
  const rows = makeRows(count, NOW)
  const conversation = open === null ? null : (rows[open]?.id ?? null)
  return {
    inbox: createFakeInbox({ rows, thread: (row) => thread(row, NOW), now: NOW }),
    place: { list, conversation },
  }
}
