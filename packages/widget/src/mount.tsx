// Puts a chat into the loader's shadow root. Takes any `Chat`, so that the gallery and tests bring their own.

import type { Chat } from '@pendopo/sdk'
import { render } from 'preact'
import type { MountContext, MountedChat } from './api.ts'
import { loadLocale } from './locale/load-locale.ts'
import { watchPage } from './page-watch.ts'
import { bindLauncher } from './panel/launcher.ts'
import { Panel } from './panel/panel.tsx'
import { addSheet } from './theme/adopt.ts'
import chatCss from './theme/chat.css?inline'
import { accentOf, tokenSheet } from './theme/tokens.ts'
import { createWidget } from './widget.ts'

/** Mounts the chat and returns what the loader calls. */
export async function mountChat(context: MountContext, chat: Chat): Promise<MountedChat> {
  const { config, root, launcher, emit, resume } = context
  const locale = await loadLocale(config, navigator.language)
  const widget = createWidget(chat, config, locale, emit, resume)

  const [x, y] = config.offset ?? [20, 20]
  addSheet(
    root,
    `${tokenSheet(accentOf(config.accent), config.scheme ?? 'auto')}.frame{--x:${x}px;--y:${y}px}${chatCss}`,
  )

  const container = document.createElement('div')
  root.append(container)
  render(<Panel widget={widget} />, container)
  const stops = [
    bindLauncher(launcher, widget),
    watchPage(chat),
    // Focus goes back to where it came from; the launcher is there again by then.
    widget.$open.listen((isOpen) => {
      if (!isOpen && root.activeElement !== null) launcher.focus()
    }),
  ]

  return {
    open: widget.open,
    close: widget.close,
    toggle: widget.toggle,
    identify: chat.identify,
    logout: chat.logout,
    destroy() {
      for (const stop of stops.splice(0)) stop()
      widget.stop()
      render(null, container)
      container.remove()
      void chat.close()
    },
  }
}
