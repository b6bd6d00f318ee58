import { useStore } from '../use-store.ts'
import { Icon } from '../theme/icon.tsx'
import { CLOSE_ICON } from '../theme/icons.ts'
import { Monogram } from '../thread/monogram.tsx'
import type { Widget } from '../widget.ts'
import { toTrouble } from './trouble.ts'

/** With whom one speaks, whether they are there, and, in the same room, whether there is a connection to them. */
export function Header({ widget }: { widget: Widget }) {
  const { texts } = widget.locale
  const { chat } = widget
  const [agent] = useStore(widget.conversation.$agents)
  const availability = useStore(chat.$availability)
  const connection = useStore(chat.$connection)
  const trouble = toTrouble(connection, useStore(chat.$error), useStore(chat.$persistence), texts)
  const isOnline = agent ? agent.online : availability === 'online'
  const isConnecting = connection === 'connecting'
  const name = agent?.name || widget.config.name
  // No <header>: within no section it would be a second banner of the page.
  return (
    <div class="header">
      <Monogram name={name} />
      <div class="who">
        <h2 id="title">
          <bdi>{name}</bdi>
        </h2>
        {/* The line keeps its room while nobody has told us yet. */}
        <div class="presence">
          <p class="trouble" role="status">
            {trouble}
          </p>
          {!trouble && (
            <p class={isConnecting ? 'late' : isOnline ? 'online' : ''}>
              {isConnecting ? texts.connecting : (agent || availability) && (isOnline ? texts.online : texts.away)}
            </p>
          )}
        </div>
      </div>
      <button type="button" class="close" aria-label={texts.launcherClose} onClick={widget.close}>
        <Icon path={CLOSE_ICON} />
      </button>
    </div>
  )
}
