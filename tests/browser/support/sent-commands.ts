// What a tab really put on the wire: the commands in the socket.io frames it sent.

import type { Page } from 'playwright-core'

export interface SentCommand {
  readonly id: string
  readonly kind: string
  readonly text: string | undefined
  /** Of an opening: the language the visitor is spoken to in. */
  readonly locale: string | undefined
}

interface CommandsArgument {
  readonly commands: readonly {
    readonly id: string
    readonly kind: string
    readonly data: { readonly text?: string; readonly locale?: string }
  }[]
}

/** Follows a tab from before it loads; the array grows as the tab sends. */
export function followSent(page: Page): readonly SentCommand[] {
  const sent: SentCommand[] = []
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const json = /^42\/visitor,\d*(\["commands",.*)$/s.exec(String(payload))?.[1]
      if (json === undefined) return
      const [, argument]: [string, CommandsArgument] = JSON.parse(json)
      for (const { id, kind, data } of argument.commands) sent.push({ id, kind, text: data.text, locale: data.locale })
    })
  })
  return sent
}
