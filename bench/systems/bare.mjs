// How the client speaks to the bare echo server.

import { connectRaw } from '../lib/raw-socket.mjs'
import { createIds } from '../lib/command-ids.mjs'
import { TEXT } from './text.mjs'

/** Connects the senders; there is nobody to fan out to. */
export async function joinBare({ url, visitors, onDown }) {
  const senders = []
  for (let index = 0; index < visitors; index++) {
    const nextId = createIds()
    const conversation = nextId()
    const socket = await connectRaw({ url, onDown })
    senders.push({
      send(onAck) {
        const id = nextId()
        socket.request('message', `{"id":"${id}","conversation":"${conversation}","text":"${TEXT}"}`, onAck)
        return id
      },
    })
  }
  return { senders, agents: 0 }
}
