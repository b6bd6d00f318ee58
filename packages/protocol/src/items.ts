// Items: the entries of a thread as they are now. The server reads them from content rows that already carry the
// edits; a client folds live events into them here.

import { eventKind } from './event-kinds.ts'
import type { Item, WireEvent } from './schemas/wire.ts'

/** The items after one more event. Returns the same array where nothing changed; never changes an item in place. */
export function applyToItems(items: readonly Item[], event: WireEvent): readonly Item[] {
  const { content, item } = eventKind(event.kind)
  switch (content) {
    case 'replaces':
      return patch(items, event, { content: event.content ?? null, editedAt: event.at })
    case 'removes':
      return patch(items, event, { content: null, ...(event.kind === 'message.retracted' && { retracted: true }) })
    default:
      return item ? [...items, event] : items
  }
}

/** One message's, or everybody's. */
const isMeant = (item: Item, { message }: WireEvent['data']): boolean =>
  (message === undefined || item.id === message) && eventKind(item.kind).content === 'own'

function patch(items: readonly Item[], event: WireEvent, change: Partial<Item>): readonly Item[] {
  return items.some((item) => isMeant(item, event.data))
    ? items.map((item) => (isMeant(item, event.data) ? { ...item, ...change } : item))
    : items
}
