// A socket.io client as thin as can be: hand-made frames over `ws`, no parsing of what nobody looks at. Both systems
// are driven by this same code, so that the client costs the same on either side of a ratio.

import { WebSocket } from 'ws'

const PLAIN = { perMessageDeflate: false, skipUTF8Validation: true }

/**
 * Connects to a namespace over WebSocket only. Resolves when the namespace has taken us; `onEvent` gets the bytes
 * of each `["name", …]` packet and when it came, `onDown` is called once if the socket goes.
 */
export function connectRaw({ url, path = '/socket.io/', namespace = '/', auth = {}, headers = {}, onEvent, onDown }) {
  const space = namespace === '/' ? '' : `${namespace},`
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}?EIO=4&transport=websocket`, { ...PLAIN, headers })
  const acks = new Map()
  const start = 2 + space.length
  let lastId = 0
  let isClosing = false

  const handle = {
    /** Sends `["name", argument]` (both JSON text) and calls back with the ack's JSON text, `[…]`. */
    request(name, argument, onAck) {
      const id = ++lastId
      acks.set(id, onAck)
      socket.send(`42${space}${id}["${name}",${argument}]`)
    },
    close() {
      isClosing = true
      socket.terminate()
    },
  }

  return new Promise((resolve, reject) => {
    const fail = (reason) => {
      reject(new Error(`unable to connect to ${url}${path} ${namespace}; ${reason}`))
      if (!isClosing) onDown?.(reason)
      isClosing = true
      socket.terminate()
    }
    socket.on('error', (error) => fail(error.message))
    socket.on('close', (code) => fail(`closed with ${code}`))
    socket.on('message', (data) => {
      const frame = data.toString('latin1', 0, 2)
      if (frame === '2') return socket.send('3')
      if (frame[0] === '0') return socket.send(`40${space}${JSON.stringify(auth)}`)
      if (frame === '43') {
        const open = data.indexOf(0x5b, start)
        const id = Number(data.latin1Slice(start, open))
        const onAck = acks.get(id)
        acks.delete(id)
        return onAck?.(data.utf8Slice(open))
      }
      if (frame === '42') return onEvent?.(data.subarray(start), performance.now())
      if (frame === '40') return resolve(handle)
      if (frame === '44' || frame === '41' || frame === '1') return fail(data.utf8Slice(start))
    })
  })
}

/** The same, with the ack parsed: for everything that is not measured. */
export const ask = (socket, name, argument) =>
  new Promise((resolve, reject) => {
    socket.request(name, JSON.stringify(argument), (text) => {
      const [reply] = JSON.parse(text)
      if (reply.ok === true) resolve(reply)
      else reject(new Error(`unable to ${name}; ${JSON.stringify(reply.error)}`))
    })
  })
