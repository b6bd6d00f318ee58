import type { KeyValue } from './key-value.ts'

/** What was written and not sent, by conversation. */
export interface Drafts {
  read(conversation: string): string
  write(conversation: string, text: string): void
}

export function createDrafts(storage: KeyValue): Drafts {
  const keyOf = (conversation: string) => `draft.${conversation}`
  return {
    read: (conversation) => storage.get(keyOf(conversation)) ?? '',
    write(conversation, text) {
      if (text === '') storage.remove(keyOf(conversation))
      else storage.set(keyOf(conversation), text)
    },
  }
}
