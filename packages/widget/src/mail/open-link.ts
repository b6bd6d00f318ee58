// Opens a mailed link, and does not give up at the first stumble of the network: the link is good until the server took it.

import { PendopoError, type Chat } from '@pendopo/sdk'

/** Pauses between the tries: about as long as somebody looks at an open chat and waits. */
const PAUSES_MS = [1_000, 3_000, 10_000]

/** Why it did not open: `spent` for good, `failed` for now. `null`: it is open. */
export type LinkProblem = 'spent' | 'failed' | null

export async function openLink(
  chat: Pick<Chat, 'resume'>,
  token: string,
  wait: (ms: number) => Promise<void>,
): Promise<LinkProblem> {
  for (let tries = 0; ; tries++) {
    try {
      await chat.resume(token)
      return null
    } catch (error) {
      const fault = error instanceof PendopoError ? error : null
      if (fault?.code === 'not_found') return 'spent'
      const pause = PAUSES_MS[tries]
      // What is no error of ours is a part of the chat that the network did not bring.
      if (pause === undefined || fault?.retryable === false) return 'failed'
      await wait(Math.max(pause, fault?.retryAfter ?? 0))
    }
  }
}
