// A small balancer: HTTP and WebSocket to the healthy node with the fewest connections. It asks each node's /health every
// second, and a node that refuses or resets is left out at once. A client whose node dies loses its connection, comes back
// by itself, and is given to another. Socket.io's polling keeps to one node by the `sid` that its first answer names.

import { createServer, request as requestTo } from 'node:http'
import { connect } from 'node:net'

const LOOK_EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 2_000
/** Longer than a client lives without asking; the map of session ids must not grow for ever. */
const FORGET_SID_MS = 60_000

/** `add` takes the port of a node on this machine. */
export function createBalancer() {
  const nodes = []
  /** Session id to node, with the time it was last seen. */
  const sids = new Map()

  function look() {
    for (const node of nodes) {
      const probe = requestTo({ port: node.port, path: '/health', timeout: ANSWER_WITHIN_MS }, (response) => {
        node.isHealthy = response.statusCode === 200
        response.resume()
      })
      probe.on('timeout', () => probe.destroy())
      probe.on('error', () => (node.isHealthy = false))
      probe.end()
    }
    for (const [sid, { seenAt }] of sids) if (Date.now() - seenAt > FORGET_SID_MS) sids.delete(sid)
  }

  /** Where a request goes; `tried` are nodes that have failed it. */
  function choose(url, tried) {
    const sid = sidOf(url)
    const known = sids.get(sid)
    if (known !== undefined && !tried.has(known.node)) {
      known.seenAt = Date.now()
      return known.node
    }
    const left = nodes.filter((node) => node.isHealthy && !tried.has(node))
    return left.sort((one, other) => one.connections - other.connections)[0]
  }

  function handle(request, response, tried = new Set()) {
    const node = choose(request.url, tried)
    if (node === undefined) return void response.writeHead(503, { 'retry-after': '1' }).end('No node is there')
    const onward = requestTo(
      { port: node.port, method: request.method, path: request.url, headers: forwarded(request) },
      (answer) => {
        response.writeHead(answer.statusCode, answer.headers)
        if (isFirstPoll(request.url)) answer.once('data', (chunk) => learnSid(chunk, node))
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      },
    )
    count(node, onward)
    onward.on('error', () => {
      if (!response.destroyed && !response.headersSent) {
        node.isHealthy = false
        tried.add(node)
        // What has a body is half sent: the client decides whether to send it again.
        if (request.method === 'GET' || request.method === 'HEAD') return handle(request, response, tried)
        response.writeHead(502).end('The node is gone')
      } else response.destroy()
    })
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }

  function upgrade(request, socket, head, tried = new Set()) {
    const node = choose(request.url, tried)
    if (node === undefined) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
    const onward = connect(node.port, '127.0.0.1')
    let isOpen = false
    onward.once('connect', () => {
      isOpen = true
      onward.write(headOf(request))
      onward.write(head)
      socket.pipe(onward).pipe(socket)
    })
    count(node, onward)
    onward.on('error', () => {
      node.isHealthy = false
      if (!isOpen && !socket.destroyed) upgrade(request, socket, head, tried.add(node))
      else socket.destroy()
    })
    onward.on('close', () => isOpen && socket.destroy())
    socket.on('error', () => onward.destroy())
    socket.on('close', () => onward.destroy())
  }

  function learnSid(chunk, node) {
    const sid = /^0\{"sid":"([^"]+)"/.exec(chunk.toString())?.[1]
    if (sid !== undefined) sids.set(sid, { node, seenAt: Date.now() })
  }

  const server = createServer(handle)
  server.on('upgrade', upgrade)
  const looking = setInterval(look, LOOK_EVERY_MS)
  server.on('close', () => clearInterval(looking))
  return { server, add: (port) => void nodes.push({ port, isHealthy: true, connections: 0 }) }
}

function count(node, stream) {
  node.connections += 1
  stream.once('close', () => (node.connections -= 1))
}

const sidOf = (url) => new URL(url, 'http://localhost').searchParams.get('sid')
const isFirstPoll = (url) => url.includes('transport=polling') && sidOf(url) === null

/** The headers for the node, with what it must know of the client; a client's own claims are not passed on. */
function forwarded({ headers, socket }) {
  return {
    ...headers,
    'x-forwarded-for': socket.remoteAddress,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': headers.host,
  }
}

function headOf(request) {
  const lines = Object.entries(forwarded(request)).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  )
  return `${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}
