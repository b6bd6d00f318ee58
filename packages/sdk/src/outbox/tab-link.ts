// What the tabs of one browser tell each other about the shared outbox. A lost message only delays: storage and the
// log have the truth.

import type { Environment } from '../environment.ts'
import type { Acknowledged } from './create-outbox.ts'

export type TabMessage =
  /** The stored entries are others now: read them again. */
  | { readonly type: 'changed' }
  | { readonly type: 'acknowledged'; readonly ack: Acknowledged }
  /** The person has logged out: nothing of them stays in any tab. */
  | { readonly type: 'wiped' }

export interface TabLink {
  post(message: TabMessage): void
  onMessage(listener: (message: TabMessage) => void): () => void
  close(): void
}

export function createTabLink(tabs: Environment['tabs'], name: string): TabLink {
  const channel = tabs(name)
  return {
    post: (message) => channel.post(JSON.stringify(message)),
    onMessage: (listener) =>
      channel.onMessage((text) => {
        const message = parse(text)
        if (message !== null) listener(message)
      }),
    close: () => channel.close(),
  }
}

/** Other tabs may run another build of this package: what they say is checked as far as it is used. */
function parse(text: string): TabMessage | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('type' in value)) return null
  if (value.type === 'changed' || value.type === 'wiped') return { type: value.type }
  return value.type === 'acknowledged' && 'ack' in value && isAck(value.ack)
    ? { type: 'acknowledged', ack: value.ack }
    : null
}

const isAck = (value: unknown): value is Acknowledged =>
  typeof value === 'object' &&
  value !== null &&
  'asked' in value &&
  'conversation' in value &&
  'stored' in value &&
  Array.isArray(value.stored)
