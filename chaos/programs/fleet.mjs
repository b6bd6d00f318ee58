// Real clients of the SDK under test, many in one process: visitors with a chat each, agents with an inbox each. It does
// what it is told over IPC and keeps a diary of what it was promised; it judges nothing. What it calls a fault is what a
// person at the screen would see: a message twice, or out of its order.

import { createFileStorage } from '../lib/file-storage.mjs'
import { answer } from '../../bench/lib/children.mjs'
import { wait } from '../lib/wait.mjs'

/** How far back a new state of a thread is looked through while it lives; all of it is compared in the end. */
const LOOKED_AT = 60

const visitors = []
const agents = []
const sightings = []

/** Resolves with the first value of a store for which `holds`. */
function until(store, holds) {
  return new Promise((resolve) => {
    const stop = store.subscribe((value) => {
      if (!holds(value)) return
      resolve(value)
      queueMicrotask(() => stop())
    })
  })
}

function watch(name, conversation) {
  conversation.$messages.listen((items) => {
    const newest = items.slice(-LOOKED_AT)
    if (new Set(newest.map(({ id }) => id)).size < newest.length) sightings.push(`${name} saw a message twice`)
    let before = 0
    for (const { n } of newest) {
      if (n === null || n === undefined || n === 0) continue
      if (n <= before) sightings.push(`${name} saw ${n} after ${before}`)
      before = n
    }
  })
}

function say(client, conversation, text) {
  const entry = { id: '', text, queued: false, n: null, at: null, failed: null }
  try {
    const message = conversation.send({ text })
    entry.id = message.id
    client.sent.push(entry)
    message.queued.then(
      () => (entry.queued = true),
      () => undefined,
    )
    entry.stored = message.stored.then(
      ({ n }) => {
        entry.n = n
        entry.at = Date.now()
      },
      (error) => (entry.failed = String(error?.code ?? error)),
    )
  } catch (error) {
    entry.failed = String(error?.code ?? error)
    client.sent.push(entry)
  }
  return entry
}

const conversationsOf = (client) =>
  client.chat === undefined ? [...client.threads.values()] : [client.chat.conversation()]

/** The messages of a thread as it is shown: stored ones with their number, unsent ones without. */
const shown = (conversation) =>
  conversation.$messages
    .get()
    .flatMap((item) => (item.type === 'message' ? [{ id: item.id, n: item.n ?? null, status: item.status }] : []))

answer({
  /** Visitors who have written one message each; their conversations. */
  async joinVisitors({ module, server, site, key, names, storage, offsetMs = 0, greeting = true }) {
    const { createChat } = await import(module)
    const joined = names.map((name) => {
      const environment = {
        ...(storage !== undefined && { storage: async () => createFileStorage(`${storage}/${name}.json`) }),
        ...(offsetMs !== 0 && {
          clock: {
            now: () => Date.now() + offsetMs,
            after(ms, callback) {
              const timer = setTimeout(callback, ms)
              return () => clearTimeout(timer)
            },
          },
        }),
      }
      const chat = createChat({ server, site, key, environment })
      const client = { name, chat, sent: [] }
      watch(name, chat.conversation())
      visitors.push(client)
      chat.connect()
      return client
    })
    return Promise.all(
      joined.map(async ({ name, chat, sent }) => {
        const client = { sent }
        if (greeting) await say(client, chat.conversation(), `${name} arrives`).stored
        else await until(chat.$connection, (status) => status === 'online')
        return { name, conversation: chat.conversation().$id.get() }
      }),
    )
  },
  /** Agents who look at these conversations. */
  async joinAgents({ module, server, logins }) {
    const { createInbox } = await import(module)
    for (const { name, login, conversations } of logins) {
      const inbox = createInbox({ server })
      await inbox.signIn(login)
      await until(inbox.$connection, (status) => status === 'online')
      const threads = new Map(conversations.map((id) => [id, inbox.conversation(id)]))
      for (const [id, thread] of threads) watch(`${name} in ${id}`, thread)
      agents.push({ name, inbox, threads, sent: [] })
      for (const thread of threads.values()) await until(thread.$messages, (items) => items.length > 0)
    }
  },
  /** Everybody writes that many messages, one every so often; resolves when the last is on its way. */
  async talk({ perVisitor, perAgent = 0, everyMs, round = 0 }) {
    const speakers = [
      ...visitors.map((client) => ({ client, count: perVisitor, lanes: [client.chat.conversation()] })),
      ...agents.map((client) => ({ client, count: perAgent, lanes: [...client.threads.values()] })),
    ]
    await Promise.all(
      speakers.map(async ({ client, count, lanes }, index) => {
        await wait((everyMs * index) / speakers.length)
        const started = performance.now()
        for (let number = 0; number < count; number++) {
          say(client, lanes[number % lanes.length], `${client.name} ${round}.${number}`)
          await wait(started + (number + 1) * everyMs - performance.now())
        }
      }),
    )
  },
  /** Each agent writes once into each of their conversations: whoever missed something before notices now. */
  async farewell() {
    for (const client of agents)
      for (const [id, thread] of client.threads) say(client, thread, `${client.name} leaves ${id}`)
  },
  /** How many messages are neither stored nor refused. */
  pending: () =>
    [...visitors, ...agents].reduce(
      (sum, { sent }) => sum + sent.filter(({ n, failed }) => n === null && failed === null).length,
      0,
    ),
  acked: () => [...visitors, ...agents].reduce((all, { sent }) => all + sent.filter(({ n }) => n !== null).length, 0),
  /** When the first tick after that moment came, or `null`. */
  firstAckSince: (since) =>
    [...visitors, ...agents]
      .flatMap(({ sent }) => sent)
      .reduce((first, { at }) => (at !== null && at >= since && (first === null || at < first) ? at : first), null),
  /** The highest number each thread shows, by client and conversation. */
  heads: () =>
    [...visitors, ...agents].flatMap((client) =>
      conversationsOf(client).map((conversation) => ({
        client: client.name,
        side: client.chat === undefined ? 'agent' : 'visitor',
        conversation: conversation.$id?.get() ?? conversation.$view.get()?.id ?? null,
        n: conversation.$view.get()?.seq ?? 0,
      })),
    ),
  status: () =>
    [...visitors, ...agents].map(({ name, chat, inbox }) => ({
      name,
      connection: (chat ?? inbox).$connection.get(),
      session: inbox?.$session.get() ?? null,
    })),
  report: () => ({
    sightings,
    clients: [...visitors, ...agents].map((client) => ({
      name: client.name,
      side: client.chat === undefined ? 'agent' : 'visitor',
      sent: client.sent.map(({ id, text, queued, n, failed }) => ({ id, text, queued, n, failed })),
      views: conversationsOf(client).map((conversation) => ({
        conversation: conversation.$id?.get() ?? conversation.$view.get()?.id ?? null,
        messages: shown(conversation),
      })),
    })),
  }),
})
