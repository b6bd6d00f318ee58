// What is thrown at the server: frames made by grammar, hostile ones by hand, and all of them with their bits turned.

const UUID = '0190b8a4-0000-7000-8000-000000000000'
const ENGINE = [
  '',
  '0',
  '1',
  '2',
  '2probe',
  '3',
  '3probe',
  '4',
  '5',
  '6',
  '7',
  'x',
  '4x',
  '40',
  '41',
  '42',
  '44',
  '4\u0000',
]
const NAMES = [
  'commands',
  'sync',
  'unwatch',
  'items',
  'read',
  'heads',
  'typing',
  'list',
  'file-urls',
  'refused',
  'welcome',
]
const ODD_NAMES = [
  '',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'x'.repeat(5_000),
  '\u0000',
  '💥',
  'error ',
  'drop',
]
const KEYS = [
  'conversation',
  'have',
  'before',
  'limit',
  'upTo',
  'stream',
  'commands',
  'typing',
  'id',
  'kind',
  'data',
  'text',
]
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  '$ne',
  '$where',
  '_placeholder',
  'length',
  'toJSON',
  'then',
  '',
]
const KINDS = ['message.post', 'conversation.open', 'conversation.close', 'page.view', 'agent.set-presence', 'nothing']
const NUMBERS = [0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324]
const TEXTS = [
  UUID,
  '',
  ' ',
  'null',
  '\u0000',
  '\uD800',
  '\u202E',
  "' or 1=1 --",
  '<img src=x onerror=alert(1)>',
  '{"$gt":""}',
  'a'.repeat(4_001),
  '٣'.repeat(500),
  '__proto__',
]

/** The frames that kill a plainly written socket.io server, and their kin. */
const HOSTILE = [
  '42/visitor,["commands",{"commands":[]}]',
  '42/visitor,["sync"]',
  '42/visitor,7["commands",null]',
  '42/visitor,7["commands",42]',
  '42/visitor,7["commands",{"commands":[{"id":"x","kind":"message.post","data":{"text":42}}]}]',
  '42/visitor,7["commands"]',
  '42/visitor,7["commands",{},"ack"]',
  '42/visitor,7["sync",{"__proto__":{"conversation":"x","have":null}}]',
  '42/visitor,7["sync",{"constructor":{"prototype":{"have":1}}}]',
  '42/visitor,7["sync",{"_placeholder":true,"num":0}]',
  '42/visitor,7["sync",{"conversation":{"$ne":1},"have":null}]',
  `42/visitor,7["sync",{"conversation":"${UUID}","have":1e308}]`,
  `42/visitor,7["sync",${'['.repeat(2_000)}${']'.repeat(2_000)}]`,
  `42/visitor,7["sync",${Array.from({ length: 2_000 }, () => '1').join()}]`,
  '43/visitor,999[1]',
  '43/visitor,0[{"then":1}]',
]

/** Frames that are no packets, or end a connection: each is the last of its connection, as a rule. */
const BREAKING = [
  '451-/visitor,["sync",{"_placeholder":true,"num":0}]',
  '4510000-/visitor,["sync"]',
  '461-/visitor,7[{"_placeholder":true,"num":0}]',
  '42/visitor,["error",{}]',
  '42/visitor,["disconnect"]',
  '42/visitor,[1,{}]',
  '42/visitor,{"a":1}',
  '42/visitor,[]',
  '42/visitor,7["sync",{]',
  '49/visitor,["sync"]',
  '40/visitor,{}',
  '40/agent,null',
  '40/nowhere,{}',
  '41/visitor,',
  `42/visitor,7["sync","${'x'.repeat(70_000)}"]`,
]

/** A value of whatever kind. */
function value(random, depth = 0) {
  switch (random.below(depth > 3 ? 5 : 8)) {
    case 0:
      return random.pick(TEXTS)
    case 1:
      return random.pick(NUMBERS)
    case 2:
      return random.chance(0.5)
    case 3:
      return null
    case 4:
      return UUID
    case 5:
      return Array.from({ length: random.below(4) }, () => value(random, depth + 1))
    default: {
      const entries = Array.from({ length: random.below(5) }, () => [
        random.chance(0.8) ? random.pick(KEYS) : random.pick(ODD_KEYS),
        value(random, depth + 1),
      ])
      return Object.fromEntries(entries)
    }
  }
}

/** A request nearly as a client makes it: the right keys, and mostly the right kinds behind them. */
function request(random) {
  const name = random.chance(0.9) ? random.pick(NAMES) : random.pick(ODD_NAMES)
  const right = (fitting) => (random.chance(0.7) ? fitting : value(random))
  const argument =
    name === 'commands'
      ? { commands: right([{ id: right(UUID), kind: random.pick(KINDS), data: right({ text: value(random) }) }]) }
      : { conversation: right(UUID), have: right(null), before: right(9), upTo: right(1), typing: right(true) }
  return [name, random.chance(0.85) ? argument : value(random)]
}

/** A frame that is a packet: the socket must live on. */
export function packet(random) {
  if (random.chance(0.1)) return random.pick(HOSTILE)
  const ack = random.chance(0.5) ? String(random.below(1_000) + 1_000) : ''
  const parts = request(random)
  while (random.chance(0.1)) parts.push(value(random))
  return `42/visitor,${ack}${JSON.stringify(parts)}`
}

/** Bytes that may be anything: a packet with bits turned, pieces doubled or cut, or no packet from the start. */
export function breakage(random) {
  if (random.chance(0.2)) return random.pick(BREAKING)
  if (random.chance(0.15)) return random.pick(ENGINE)
  const bytes = Buffer.from(packet(random))
  const times = 1 + random.below(4)
  for (let time = 0; time < times; time++) {
    const at = random.below(bytes.length)
    if (random.chance(0.7)) bytes[at] ^= 1 << random.below(8)
    else bytes.copy(bytes, at, random.below(bytes.length))
  }
  // As bytes, the server must refuse it unread; as text, it must read it.
  if (random.chance(0.1)) return bytes
  const cut = random.chance(0.2) ? bytes.subarray(0, random.below(bytes.length)) : bytes
  return cut.toString('latin1')
}
