// The single-drainer assertion: looks at the wire for the same command on its way from two connections of one visitor at
// the same time. De-duplication makes that harmless, so no count of messages would ever show it. (That two tabs have
// different commands on their way is by design: one may learn that the other's is stored before the other does.)

import { WebSocket } from 'ws'

/** A visible tab takes over what has waited 10 s; a meeting over something as old is by design. */
const TAKE_OVER_MS = 9_000

/** The author's time, from a UUIDv7. */
const bornAt = (id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16)

export function watchDrainers() {
  const onTheWay = new Map()
  let last = null
  let meetings = 0
  let isWatching = true
  return {
    onFrame(link, direction, text) {
      const [, request] = /^42\/visitor,(\d+)\["commands"/.exec(text) ?? []
      const [, answered] = /^43\/visitor,(\d+)/.exec(text) ?? []
      if (direction === 'up' && request !== undefined) {
        last = link.id
        const ids = JSON.parse(text.slice(text.indexOf('[')))[1].commands.map(({ id }) => id)
        const isYoung = Date.now() - bornAt(ids[0]) < TAKE_OVER_MS
        const others = [...onTheWay.values()].filter(
          (one) =>
            one.link !== link && one.link.near.readyState === WebSocket.OPEN && one.ids.some((id) => ids.includes(id)),
        )
        if (isWatching && isYoung && others.length > 0) meetings++
        onTheWay.set(`${link.id} ${request}`, { link, ids })
      } else if (direction === 'down' && answered !== undefined) onTheWay.delete(`${link.id} ${answered}`)
    },
    /** The connection that sent last. */
    last: () => last,
    meetings: () => meetings,
    /** From now on who is dead cannot be told from who is slow. */
    stop: () => void (isWatching = false),
  }
}
