// A receiving mail server that misbehaves on purpose, and remembers every mail it has kept. The real protocol on a real port.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** An answer as a server gives it, such as `451 4.3.0 Try again later`. */
function reply(code, text) {
  return Object.assign(new Error(text), { responseCode: code })
}

/**
 * Of the mails whose connection is cut: each of these must come again, for nobody can know. So this share, times that of the
 * cuts, is what the row's bound of 1 % repeats leaves room for; at 0.1 a run had 1.3 %, every one of them of this kind.
 */
const KEPT_SHARE = 0.05

const messageIdOf = (raw) => /^message-id:\s*(<[^>]+>)/im.exec(raw.toString('latin1'))?.[1] ?? null

/**
 * Starts one. Of the mails that come it answers `defers` with 4xx, cuts the connection after the data of `drops` (and has
 * kept it in one of twenty such cases, so that the sender cannot know), and takes up to `slowMs` for each other. A mail,
 * which its return path names, meets `mostFaults` of these at most.
 */
export async function startMailSink({ random, defers, drops, slowMs, mostFaults }) {
  const kept = []
  const counts = { deferred: 0, dropped: 0, keptUnanswered: 0 }
  let port = 0
  let server

  const met = new Map()

  /** Whether the fault happens to this mail now. */
  function strikes(share, { mailFrom }) {
    const before = met.get(mailFrom.address) ?? 0
    if (before >= mostFaults || !random.chance(share)) return false
    met.set(mailFrom.address, before + 1)
    return true
  }

  function keep(raw, { rcptTo }, isAnswered) {
    const hash = createHash('sha256').update(raw).digest('hex')
    kept.push({ messageId: messageIdOf(raw), hash, to: rcptTo.map(({ address }) => address), isAnswered })
  }

  function cut({ id }) {
    for (const connection of server.connections) if (connection.id === id) connection._socket.destroy()
  }

  const make = () =>
    new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onRcptTo(_address, { envelope }, callback) {
        if (!strikes(defers, envelope)) return callback(null)
        counts.deferred += 1
        callback(reply(451, '4.3.0 Try again later'))
      },
      onData(stream, session, callback) {
        const parts = []
        stream.on('data', (part) => parts.push(part))
        stream.on('end', () => {
          const raw = Buffer.concat(parts)
          if (strikes(drops, session.envelope)) {
            counts.dropped += 1
            if (random.chance(KEPT_SHARE)) {
              counts.keptUnanswered += 1
              keep(raw, session.envelope, false)
            }
            return cut(session)
          }
          keep(raw, session.envelope, true)
          setTimeout(() => callback(null, 'Queued'), random.between(0, slowMs))
        })
      },
    })

  async function start() {
    server = make()
    server.on('error', () => undefined)
    const listener = server.listen(port, '127.0.0.1')
    await once(listener, 'listening')
    port = listener.address().port
  }

  const stop = () => new Promise((resolve) => server.close(() => resolve()))

  await start()
  return { port, kept, counts, start, stop }
}
