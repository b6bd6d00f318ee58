// Connections that begin and do not go on, and requests that are nearly Engine.IO: beside the frames, all the while.

import { connect } from 'node:net'

const QUERIES = [
  'EIO=4&transport=polling',
  'EIO=3&transport=polling',
  'EIO=4&transport=nothing',
  'EIO=4&transport=polling&sid=nobody',
  'EIO=4&transport=websocket',
  'transport=polling',
  'EIO=4&transport=polling&j=0&b64=1',
  '',
]
const BODIES = ['', '4', '\u001e\u001e\u001e', '40/visitor,{}\u001e2\u001e2', 'x'.repeat(60_000), '2'.repeat(1_000)]

/** Begins with a piece of an upgrade and stays silent; the server has to end it. */
export function leaveHalfOpen({ port, origin, random }) {
  const whole =
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Origin: ${origin}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const isWhole = random.chance(0.5)
  socket.write(isWhole ? whole : whole.slice(0, random.below(whole.length)))
  // A frame that says it is long, and of which nothing more comes.
  if (isWhole) socket.write(Buffer.from([0x81, 0xfe, 0xff, 0xff, 1, 2, 3, 4, 5]))
  return socket
}

/** A polling request that fits nothing; whatever the answer, there has to be one. */
export async function pollOddly({ url, origin, random }) {
  const isPost = random.chance(0.5)
  const response = await fetch(`${url}/socket.io/?${random.pick(QUERIES)}`, {
    headers: { origin },
    ...(isPost && { method: 'POST', body: random.pick(BODIES) }),
    signal: AbortSignal.timeout(30_000),
  })
  await response.arrayBuffer()
}
