import { useStore } from '../use-store.ts'
import { Icon } from '../theme/icon.tsx'
import { CLOSE_ICON } from '../theme/icons.ts'
import { Monogram } from '../thread/monogram.tsx'
import type { Widget } from '../widget.ts'

/** With whom one speaks and whether they are there. */
export function Header({ widget }: { widget: Widget }) {
  const { texts } = widget.locale
  const [agent] = useStore(widget.conversation.$agents)
  const availability = useStore(widget.chat.$availability)
  const isOnline = agent ? agent.online : availability === 'online'
  const name = agent?.name || widget.config.name
  return (
    <header>
      <Monogram name={name} />
      <div>
        <h2 id="title">
          <bdi>{name}</bdi>
        </h2>
        {/* The line keeps its room while nobody has told us yet. */}
        <p class={isOnline ? 'presence online' : 'presence'}>
          {(agent || availability) && (isOnline ? texts.online : texts.away)}
        </p>
      </div>
      <button type="button" class="close" aria-label={texts.launcherClose} onClick={widget.close}>
        <Icon path={CLOSE_ICON} />
      </button>
    </header>
  )
}
