// Reads every conversation as a newcomer would: over the wire, with a fresh sign-in and none of the SDK's code.

import { ask } from '../../bench/lib/raw-socket.mjs'
import { connectRawAgent } from './raw-agent.mjs'

const PAGE = 50

async function conversationIds(socket) {
  const ids = []
  for (let after; ;) {
    const { rows, more } = await ask(socket, 'list', {
      list: 'all',
      status: 'all',
      limit: 100,
      ...(after !== undefined && { after }),
    })
    ids.push(...rows.map(({ id }) => id))
    const last = rows.at(-1)
    if (!more || last === undefined) return ids
    after = { movedAt: last.movedAt, id: last.id }
  }
}

async function messagesOf(socket, conversation) {
  const { n, snapshot } = await ask(socket, 'sync', { conversation, have: null })
  let { items, hasOlder } = snapshot
  while (hasOlder) {
    const page = await ask(socket, 'items', { conversation, before: items[0].n, limit: PAGE })
    items = [...page.items, ...items]
    hasOlder = page.hasOlder
  }
  await ask(socket, 'unwatch', { conversation })
  return {
    n,
    messages: items
      .filter(({ kind }) => kind === 'message.posted')
      .map(({ id, n, content }) => ({ id, n, text: content?.text ?? null })),
  }
}

/** The messages of each conversation and its last number, in the team's numbering: a map from its id. */
export async function readProtocol({ url, login }) {
  const socket = await connectRawAgent({ url, login })
  try {
    const logs = new Map()
    for (const id of await conversationIds(socket)) logs.set(id, await messagesOf(socket, id))
    return logs
  } finally {
    socket.close()
  }
}
