// What is on the screen is in the address: a list, and perhaps a conversation of it. Nothing else decides it, so that
// links, reloads, several tabs and the back gesture of a phone all work. The conversation is a parameter and not one
// more folder, because the page names its files relative to its own folder and must find them under any mount path.

import { createRouter } from '@nanostores/router'
import type { ListName } from '@pendopo/sdk/inbox'
import { computed, type ReadableAtom } from 'nanostores'

export interface Place {
  /** `null` at the root: the lists on a phone, "My chats" where there is room. */
  readonly list: ListName | null
  readonly conversation: string | null
}

export interface Routes {
  readonly $place: ReadableAtom<Place>
  /** The address of a place, for links. */
  href(place: Place): string
  go(place: Place): void
  /** The same without an entry in the history: moving through a list with the keys is not a journey. */
  replace(place: Place): void
}

const LISTS: Readonly<Record<string, ListName>> = { mine: 'mine', unassigned: 'unassigned', all: 'all' }
const HOME: Place = { list: null, conversation: null }

/** `base` is the inbox's path without a trailing slash. */
export function createRoutes(base: string): Routes {
  const router = createRouter({ place: `${base}/:list?` })
  const $place = computed(router, (page): Place => {
    if (page === undefined) return HOME
    const list = LISTS[page.params.list ?? ''] ?? null
    return { list, conversation: (list !== null && page.search.conversation) || null }
  })
  const href = ({ list, conversation }: Place) =>
    list === null
      ? `${base}/`
      : `${base}/${list}${conversation === null ? '' : `?conversation=${encodeURIComponent(conversation)}`}`
  return {
    $place,
    href,
    go: (place) => router.open(href(place)),
    replace: (place) => router.open(href(place), true),
  }
}
