// A server whose site sends and receives mail, and an admin of it without the SDK: what both mail rows are played on.

import { ask } from '../../bench/lib/raw-socket.mjs'
import { connectRawAgent, signIn } from './raw-agent.mjs'
import { startServer } from './server.mjs'
import { wait } from './wait.mjs'

/** The page that visitors write from. */
const ORIGIN = 'https://shop.example'
/** Where mails to the site go. */
export const ADDRESS = 'support@example.com'
/** Who writes down on each mail whether its sender was proven. */
export const RECEIVER = 'mx.example.com'

/** A server that was killed listens again within a second or so; the slowest machine takes some more. */
const PATIENCE_MS = 60_000

/** Starts it with `mail`: the `smtp` and `imap` of its settings. */
export async function startMailSite({ folder, defer, mail }) {
  const database = `file:${folder}/pendopo.db`
  const server = await startServer({ database, agents: 1, origins: [ORIGIN] })
  defer(() => server.close())
  const { site, logins } = server.entry
  const [login] = logins
  const headers = { cookie: await signIn(server.url, login), origin: server.url, 'content-type': 'application/json' }
  const settings = {
    ...{ address: ADDRESS, fallback: true, delayMinutes: 1, dkim: null },
    ...{ authentication: 'receiver-header', authservId: RECEIVER },
    ...mail,
  }
  const request = { method: 'PUT', headers, body: JSON.stringify(settings) }
  const response = await fetch(`${server.url}/api/agent/sites/${site}/mail`, request)
  if (!response.ok) throw new Error(`unable to set up mail; ${response.status} ${await response.text()}`)
  const { inboundToken, ...answer } = await response.json()
  const { incomingUrl } = answer.site.mail

  let agent = null
  /** A connection whose end rejects whatever still waits for an answer. */
  async function connect() {
    let down
    const isDown = new Promise((_, reject) => (down = reject))
    isDown.catch(() => undefined)
    const onDown = (reason) => {
      agent = null
      down(new Error(reason))
    }
    const socket = await connectRawAgent({ url: server.url, login, onDown })
    return { ask: (name, argument) => Promise.race([ask(socket, name, argument), isDown]), close: () => socket.close() }
  }
  defer(async () => (await agent)?.close())

  return {
    server,
    database,
    visitors: { url: server.url, path: '/socket.io/', site, origin: ORIGIN },
    /** Hands a mail over as a mail service does; resolves with whether the server has it. */
    post: (raw) =>
      fetch(incomingUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${inboundToken}`, 'content-type': 'message/rfc822' },
        body: raw,
      }).then(
        ({ ok }) => ok,
        () => false,
      ),
    /** As the agent, again and again until the server answers. */
    async ask(name, argument) {
      for (const late = Date.now() + PATIENCE_MS; ; await wait(100)) {
        try {
          agent ??= connect()
          return await (await agent).ask(name, argument)
        } catch (error) {
          agent = null
          if (Date.now() > late) throw error
        }
      }
    },
  }
}
