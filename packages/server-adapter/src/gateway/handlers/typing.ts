import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { readerOf } from '../marks.ts'

/**
 * `typing`: forwarded to those who watch, kept nowhere. Only who watches may signal, which proves sight; of starts, one in
 * LIMITS.typingIntervalMs passes, and each may be followed by one end.
 */
export function typingHandler({ passing, cluster, limits, now }: GatewayContext) {
  return defineHandler('typing', (session, { conversation, typing }) => {
    const watch = session.watching.get(conversation)
    if (watch === undefined || watch.stage === 'proving') return {}
    const { at, is } = watch.typing
    const isNews = typing ? now() - at >= limits.typingIntervalMs : is
    if (!isNews) return {}
    watch.typing = { at: typing ? now() : at, is: typing }
    const { workspace } = session
    const signal = { kind: 'typing', workspace, conversation, who: readerOf(session), typing } as const
    passing.typing(signal, session)
    cluster.signal(signal)
    return {}
  })
}
