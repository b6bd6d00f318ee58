import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { readerOf } from '../marks.ts'

/**
 * `typing`: forwarded to those who watch, kept nowhere. Only who watches may signal, which proves sight; of starts, one in
 * LIMITS.typingIntervalMs passes, and each may be followed by one end.
 */
export function typingHandler({ watchers, broadcast, limits, now }: GatewayContext) {
  return defineHandler('typing', (session, { conversation, typing }) => {
    const watch = session.watching.get(conversation)
    if (watch === undefined || watch.stage === 'proving') return {}
    const { at, is } = watch.typing
    const isNews = typing ? now() - at >= limits.typingIntervalMs : is
    if (!isNews) return {}
    watch.typing = { at: typing ? now() : at, is: typing }
    const who = readerOf(session)
    for (const audience of ['team', 'participants'] as const) {
      const others = watchers.others(conversation, audience, session)
      if (others.length > 0) broadcast(others, 'typing', { conversation, who, typing })
    }
    return {}
  })
}
