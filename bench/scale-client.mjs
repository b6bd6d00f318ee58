// An agent at a large and at a small installation: posts, turns pages of lists, opens conversations. Times in
// milliseconds, one request at a time, as a person would wait for it.

import { answer } from './lib/children.mjs'
import { createIds } from './lib/command-ids.mjs'
import { ask } from './lib/raw-socket.mjs'
import { connectAgent } from './systems/pendopo.mjs'
import { TEXT } from './systems/text.mjs'

const APPENDS = 250
const SYNCS = 100
/** Pages turned in each list. */
const PAGES = 6

const desks = new Map()
const nextId = createIds()

async function timed(times, work) {
  const started = performance.now()
  const result = await work()
  times.push(performance.now() - started)
  return result
}

const pick = (list) => list[Math.floor(Math.random() * list.length)]

answer({
  async join({ name, sample, agents, ...server }) {
    desks.set(name, { socket: await connectAgent({ ...server, ...agents[0] }), sample })
  },
  async appends({ name }) {
    const { socket, sample } = desks.get(name)
    const times = []
    for (let index = 0; index < APPENDS; index++) {
      const commands = [{ id: nextId(), kind: 'message.post', data: { text: TEXT } }]
      const stream = { kind: 'conversation', id: pick(sample) }
      await timed(times, () => ask(socket, 'commands', { stream, commands }))
    }
    return times
  },
  async lists({ name }) {
    const { socket } = desks.get(name)
    const taken = {}
    for (const list of ['mine', 'unassigned', 'all']) {
      for (const status of ['open', 'closed', 'all']) {
        const times = (taken[`${list}/${status}`] = [])
        let after
        for (let page = 0; page < PAGES; page++) {
          const { rows, more } = await timed(times, () =>
            ask(socket, 'list', { list, status, limit: 50, ...(after !== undefined && { after }) }),
          )
          if (!more) break
          after = { movedAt: rows.at(-1).movedAt, id: rows.at(-1).id }
        }
      }
    }
    return taken
  },
  async syncs({ name }) {
    const { socket, sample } = desks.get(name)
    const times = []
    for (let index = 0; index < SYNCS; index++) {
      const conversation = pick(sample)
      await timed(times, () => ask(socket, 'sync', { conversation, have: null }))
      await ask(socket, 'unwatch', { conversation })
    }
    return times
  },
})
