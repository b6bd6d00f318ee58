// A socket.io client as thin as can be: hand-made WebSocket frames on a plain TCP socket, one buffer to read into, no
// parsing of what nobody looks at. On a machine with few cores what the client costs is taken from the server; both
// systems are driven by this same code.

import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'

/** RFC 6455, 1.3. */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const READ_BYTES = 262_144
/** All sockets read into it, one after the other: nothing in it is looked at after the callback. */
const reading = Buffer.allocUnsafeSlow(READ_BYTES)

/** Opcodes, with the bit of a final frame. */
const TEXT = 0x81
const CLOSE = 0x88
const PING = 0x89

/** A masked text frame of ASCII, as latin1 text. A mask of zeros is a mask: the server unmasks as it would any other. */
function toFrame(text) {
  const { length } = text
  const head =
    length < 126
      ? String.fromCharCode(TEXT, 0x80 | length)
      : String.fromCharCode(TEXT, 0x80 | 126, length >> 8, length & 0xff)
  return `${head}\0\0\0\0${text}`
}

/** Calls back with each frame's first byte and its payload's place; keeps what has not come whole. */
function createFrames(onFrame) {
  let rest = null
  return (chunk) => {
    const data = rest === null ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    for (;;) {
      if (data.length - at < 2) break
      let length = data[at + 1]
      let start = at + 2
      if (length === 126) {
        if (data.length - at < 4) break
        length = (data[at + 2] << 8) | data[at + 3]
        start = at + 4
      } else if (length === 127) {
        if (data.length - at < 10) break
        length = Number(data.readBigUInt64BE(at + 2))
        start = at + 10
      }
      if (data.length < start + length) break
      onFrame(data[at], data, start, start + length)
      at = start + length
    }
    // What is kept must outlive the buffer that was read into.
    rest = at === data.length ? null : Buffer.from(data.subarray(at))
  }
}

/**
 * Connects to a namespace over WebSocket only. Resolves when the namespace has taken us; `onEvent` gets the bytes
 * of each `["name", …]` packet, which it may not keep, and when it came; `onDown` is called once if the socket goes.
 */
export function connectRaw({ url, path = '/socket.io/', namespace = '/', auth = {}, headers = {}, onEvent, onDown }) {
  const { hostname, port, host } = new URL(url)
  const space = namespace === '/' ? '' : `${namespace},`
  const afterSpace = 2 + space.length
  const acks = new Map()
  let lastId = 0
  let isClosing = false

  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString('base64')
    const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64')
    let answer = ''
    let onBytes = readAnswer

    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: reading,
        callback: (size, buffer) => {
          onBytes(buffer.subarray(0, size))
          return true
        },
      },
    })
    const send = (text) => socket.write(toFrame(text), 'latin1')
    const handle = {
      /** Sends `["name", argument]` (both JSON text, ASCII) and calls back with the ack's JSON text, `[…]`. */
      request(name, argument, onAck) {
        const id = ++lastId
        acks.set(id, onAck)
        send(`42${space}${id}["${name}",${argument}]`)
      },
      close() {
        isClosing = true
        socket.destroy()
      },
    }
    const fail = (reason) => {
      reject(new Error(`unable to connect to ${url}${path} ${namespace}; ${reason}`))
      if (!isClosing) onDown?.(reason)
      isClosing = true
      socket.destroy()
    }

    const onFrames = createFrames((first, data, start, end) => {
      if (first === TEXT) onText(data, start, end)
      else if (first === CLOSE) fail(`closed with ${end - start < 2 ? 'no code' : data.readUInt16BE(start)}`)
      else if (first !== PING) fail(`an unexpected frame, ${first}`)
    })

    function onText(data, start, end) {
      const kind = data[start]
      if (kind === 0x32) return send('3')
      if (kind === 0x30) return send(`40${space}${JSON.stringify(auth)}`)
      if (kind !== 0x34) return fail(data.utf8Slice(start, end))
      const type = data[start + 1]
      if (type === 0x33) {
        const open = data.indexOf(0x5b, start + afterSpace)
        const id = Number(data.latin1Slice(start + afterSpace, open))
        const onAck = acks.get(id)
        acks.delete(id)
        return onAck?.(data.utf8Slice(open, end))
      }
      if (type === 0x32) return onEvent?.(data.subarray(start + afterSpace, end), performance.now())
      if (type === 0x30) return resolve(handle)
      return fail(data.utf8Slice(start, end))
    }

    function readAnswer(bytes) {
      answer += bytes.latin1Slice()
      const end = answer.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = answer.slice(0, end)
      if (!head.startsWith('HTTP/1.1 101') || !head.includes(accept)) return fail(answer.slice(0, 300))
      onBytes = onFrames
      if (answer.length > end + 4) onFrames(Buffer.from(answer.slice(end + 4), 'latin1'))
    }

    socket.once('connect', () => {
      const lines = Object.entries({
        Host: host,
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
        ...headers,
      }).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.write(`GET ${path}?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join('')}\r\n`)
    })
    socket.once('error', (error) => fail(error.message))
    socket.once('close', () => fail('the connection ended'))
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
