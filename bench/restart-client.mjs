// Visitors with the real SDK who write all the time, through kills: when was each one's first tick?

import { createChat } from '@pendopo/sdk'
import { answer } from './lib/children.mjs'

const PAUSE_MS = 100
const GIVE_UP_MS = 60_000
/** What each client noted last, told where it does not come back. */
const REMEMBERED = 30

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

let writers = []

/** One visitor; `acks` are the times of the ticks. */
function startWriter({ url, site, key }) {
  const diary = []
  const log = (what, data) => {
    diary.push(`${new Date().toISOString()} ${what} ${JSON.stringify(data)}`)
    if (diary.length > REMEMBERED) diary.shift()
  }
  const chat = createChat({ server: url, site, key, environment: { log } })
  const conversation = chat.conversation()
  const writer = { chat, diary, acks: [], sent: 0, isStopped: false, done: null }
  writer.done = (async () => {
    while (!writer.isStopped) {
      writer.sent++
      await conversation.send({ text: `Message ${writer.sent}` }).stored
      writer.acks.push(Date.now())
      await sleep(PAUSE_MS)
    }
  })()
  return writer
}

const describe = ({ chat, diary }) =>
  [`${chat.$connection.get()}, ${chat.$error.get()?.code ?? 'no error'}`, ...diary].join('\n  ')

/** What the chat shows of its own, everything loaded. */
async function countShown({ chat }) {
  const conversation = chat.conversation()
  while (conversation.$hasOlder.get()) await conversation.loadOlder()
  return conversation.$messages.get().filter((item) => item.type === 'message' && item.n !== null).length
}

answer({
  async join({ visitors, ...server }) {
    writers = Array.from({ length: visitors }, () => startWriter(server))
    while (writers.some(({ acks }) => acks.length === 0)) await sleep(20)
  },
  async firstAcks({ after }) {
    const first = ({ acks }) => acks.find((at) => at >= after)
    const until = Date.now() + GIVE_UP_MS
    while (writers.some((writer) => first(writer) === undefined)) {
      if (Date.now() > until) {
        const late = writers.filter((writer) => first(writer) === undefined)
        throw new Error(`${late.length} visitors got no ack within a minute\n${late.map(describe).join('\n')}`)
      }
      await sleep(10)
    }
    return writers.map(first)
  },
  async finish() {
    for (const writer of writers) writer.isStopped = true
    await Promise.all(writers.map(({ done }) => done))
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)
    const shown = []
    for (const writer of writers) shown.push(await countShown(writer))
    await Promise.all(writers.map(({ chat }) => chat.close()))
    return {
      sent: sum(writers.map(({ sent }) => sent)),
      stored: sum(writers.map(({ acks }) => acks.length)),
      shown: sum(shown),
    }
  },
})
