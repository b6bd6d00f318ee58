import { useStore } from '../use-store.ts'
import type { Widget } from '../widget.ts'

/** That there is no connection, or none will be had. Lies over the thread, so that nothing moves when it comes or goes. */
export function Banner({ widget }: { widget: Widget }) {
  const { texts } = widget.locale
  const connection = useStore(widget.chat.$connection)
  const error = useStore(widget.chat.$error)
  const persistence = useStore(widget.chat.$persistence)
  const words =
    connection === 'offline'
      ? persistence === 'memory'
        ? texts.offlineMemory
        : texts.offline
      : connection === 'refused'
        ? error?.code === 'upgrade'
          ? texts.reload
          : texts.refused
        : null
  return (
    <div class="banner" role="status">
      {words !== null && <p>{words}</p>}
    </div>
  )
}
