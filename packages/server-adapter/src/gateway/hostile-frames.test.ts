// Frames that no client of ours sends, written to the WebSocket by hand. Whatever they are, others go on talking.

import { once } from 'node:events'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newId, newToken, open, ORIGIN, post, startTestServer, type TestServer } from '../testing/test-server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer({
    limits: {
      requestsPerSecond: 10_000,
      postBurst: 10_000,
      newConversationsPerHourPerAddress: 1_000,
      socketsPerAddress: 1_000,
    },
  })
})
afterAll(() => server.close())

/** A bare WebSocket that has joined `/visitor`. */
async function joined(token = newToken()): Promise<WebSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    headers: { origin: ORIGIN },
  })
  await nextFrame(socket, '0')
  socket.send(`40/visitor,${JSON.stringify({ version: 1, site: 'acme', token })}`)
  await nextFrame(socket, '40/visitor')
  return socket
}

function nextFrame(socket: WebSocket, prefix: string): Promise<string> {
  return new Promise((resolve) => {
    const listen = (data: unknown) => {
      const text = String(data)
      if (!text.startsWith(prefix)) return
      socket.off('message', listen)
      resolve(text)
    }
    socket.on('message', listen)
  })
}

const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Frames that are packets: the socket stays, and where an ack is asked for it is an error. */
const ODD: readonly (readonly [string, string])[] = [
  ['no ack', '42/visitor,["commands",{"commands":[]}]'],
  ['no ack and no argument', '42/visitor,["sync"]'],
  ['a null payload', '42/visitor,7["commands",null]'],
  ['a number for the payload', '42/visitor,7["commands",42]'],
  ['a number for text', '42/visitor,7["commands",{"commands":[{"id":"x","kind":"message.post","data":{"text":42}}]}]'],
  ['missing arguments', '42/visitor,7["commands"]'],
  ['a string where an ack would stand', '42/visitor,7["commands",{},"ack"]'],
  ['__proto__ as event name', '42/visitor,7["__proto__",{}]'],
  ['constructor as event name', '42/visitor,7["constructor",{}]'],
  ['toString as event name', '42/visitor,7["toString",{}]'],
  ['an empty event name', '42/visitor,7["",{}]'],
  ['__proto__ in the payload', '42/visitor,7["sync",{"__proto__":{"conversation":"x","have":null}}]'],
  ['constructor.prototype in the payload', '42/visitor,7["sync",{"constructor":{"prototype":{"have":1}}}]'],
  ['an unresolved placeholder', '42/visitor,7["sync",{"_placeholder":true,"num":0}]'],
  ['operators where an id stands', '42/visitor,7["sync",{"conversation":{"$ne":1},"have":null}]'],
  ['huge numbers', '42/visitor,7["sync",{"conversation":"0190b8a4-0000-7000-8000-000000000000","have":1e308}]'],
  ['deep nesting', `42/visitor,7["sync",${deep(30_000)}]`],
  ['very many arguments', `42/visitor,7["sync",${Array.from({ length: 10_000 }, () => '1').join()}]`],
  ['an unknown request', '42/visitor,7["drop-tables",{}]'],
  ["an agent's request", '42/visitor,7["list",{"list":"all","status":"all"}]'],
  ['an event named error', '42/visitor,7["error",{}]'],
  ['an event named disconnect', '42/visitor,7["disconnect"]'],
  ['an event named connect', '42/visitor,["connect",{}]'],
  ['an ack nobody waits for', '43/visitor,999[1]'],
]

/** Frames that are no packets: the connection ends, and only that one. */
const BROKEN: readonly (readonly [string, string | Buffer])[] = [
  ['a binary event', '451-/visitor,["sync",{"_placeholder":true,"num":0}]'],
  ['ten thousand announced attachments', '4510000-/visitor,["sync"]'],
  ['a binary ack', '461-/visitor,7[{"_placeholder":true,"num":0}]'],
  ['bytes', Buffer.from([1, 2, 3])],
  ['a number for the event name', '42/visitor,[1,{}]'],
  ['an object for an event', '42/visitor,{"a":1}'],
  ['no event at all', '42/visitor,[]'],
  ['broken JSON', '42/visitor,7["sync",{]'],
  ['an event for a namespace that was not joined', '42/agent,7["list",{}]'],
  ['an event for no namespace', '427["list",{}]'],
  ['an unknown type', '49/visitor,["sync"]'],
  ['a null handshake', '40/agent,null'],
  ['more than a frame may have', `42/visitor,7["sync","${'x'.repeat(70_000)}"]`],
]

/** Somebody else, who must not notice. */
async function othersGoOn(): Promise<void> {
  const visitor = await server.visitor()
  const { results } = await visitor.ask('commands', { commands: [open(), post('still alive')] })
  expect(results.every(({ ok }) => ok)).toBe(true)
  visitor.close()
}

describe('frames at the wire', () => {
  it.each(ODD)('[SC10] %s is answered or ignored, and the socket lives on', async (_name, frame) => {
    const socket = await joined()
    const asksForAck = frame.startsWith('42/visitor,7')
    const answer = asksForAck ? nextFrame(socket, '43/visitor,7') : undefined
    socket.send(frame)
    if (answer !== undefined)
      expect(await answer).toMatch(/^43\/visitor,7\[\{"ok":false,"error":\{"code":"(?:invalid|unknown|forbidden)"/)
    const heads = nextFrame(socket, '43/visitor,8')
    socket.send('42/visitor,8["heads",{}]')
    expect(await heads).toContain('"ok":true')
    socket.terminate()
    await othersGoOn()
  })

  it.each(BROKEN)('[SC10] %s ends that connection and no other', async (_name, frame) => {
    const socket = await joined()
    socket.on('error', () => {})
    const closed = once(socket, 'close')
    socket.send(frame)
    await closed
    await othersGoOn()
  })

  it('[SC30] a second handshake on a connection ends it, and asks the database nothing', async () => {
    for (const again of [
      `40/visitor,${JSON.stringify({ version: 1, site: 'acme', token: newToken() })}`,
      '40/visitor,{}',
      '40/agent,{"version":1}',
    ]) {
      const socket = await joined()
      const closed = once(socket, 'close')
      socket.send(again)
      await closed
    }
    await othersGoOn()
  })

  it('[SC23] a client that asks and never reads is cut off before it fills the memory', async () => {
    const visitor = await server.visitor()
    const long = Array.from({ length: 14 }, () => post('x'.repeat(4_000)))
    const { stream } = await visitor.ask('commands', { commands: [open(), ...long] })
    const deaf = await joined(visitor.token)
    visitor.close()
    deaf.pause()
    for (let ack = 0; ack < 2_000; ack++)
      deaf.send(`42/visitor,${ack}["items",{"conversation":"${stream.id}","before":99}]`)
    await vi.waitFor(
      async () => {
        const metrics = await (await fetch(`${server.url}/metrics`)).text()
        expect(metrics).toMatch(/^pendopo_sockets\{role="visitor"\} 0$/m)
      },
      { timeout: 20_000, interval: 100 },
    )
    deaf.terminate()
    await othersGoOn()
  }, 30_000)

  it('[SC10] a refusal names the field that does not fit', async () => {
    const visitor = await server.visitor()
    const { code, message } = await visitor.refusal('commands', {
      commands: [{ id: 'no-uuid', kind: 'message.post', data: { text: 'x' } }],
    })
    expect({ code, message }).toMatchObject({ code: 'invalid', message: expect.stringContaining('commands.0.id') })
  })

  it('[SC11] unknown keys have no effect', async () => {
    const visitor = await server.visitor()
    const extra = {
      role: 'admin',
      tenantId: 'x',
      seq: 99,
      publicSeq: 99,
      actor: { kind: 'agent', id: 'x' },
      author: { kind: 'agent' },
      at: 1,
    }
    const message = { id: newId(), kind: 'message.post' as const, ...extra, data: { text: 'plain', ...extra } }
    const { events } = await visitor.ask('commands', { ...extra, commands: [open(), message] })
    expect(events[1]).toMatchObject({ n: 2, actor: { kind: 'visitor' }, data: {}, content: { text: 'plain' } })
    expect(events[1]).not.toHaveProperty('author')
    expect(events[1]?.at).toBeGreaterThan(1_000)
  })
})
