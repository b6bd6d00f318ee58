import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createDispatcher, type Handler } from './define-handler.ts'
import type { Agent } from '../store/store.ts'
import { toAgentActor, type AgentSession } from './session.ts'
import { TokenBucket } from './token-bucket.ts'

const logger = pino({ level: 'silent' })
const now = () => 0

function someAgent(): AgentSession {
  const bucket = new TokenBucket({ burst: 100, perSecond: 1 }, now())
  const agent: Agent = {
    ...{ id: 'a', workspace: 'w', email: 'a@acme.example', name: 'A', passwordHash: '', active: true, createdAt: 0 },
    role: 'agent',
    sight: 'all',
    teams: [],
  }
  return {
    kind: 'agent',
    audience: 'team',
    ...{ workspace: 'w', address: '', tokenHash: '', isUsed: false },
    wire: { id: 's', emit: () => {}, send: () => {}, disconnect: () => {} },
    agent,
    actor: toAgentActor(agent),
    requests: bucket,
    posts: () => bucket,
    watching: new Map(),
    hints: new Map(),
  }
}

test('[OP16] draining waits for what is being answered, and refuses what comes after', async () => {
  let finish: (answer: object) => void = () => {}
  const slow: Handler = { name: 'unwatch', handle: () => new Promise((resolve) => (finish = resolve)) }
  const { dispatch, drain } = createDispatcher({ handlers: [slow], logger, now })
  const heard: unknown[] = []
  const session = someAgent()
  dispatch(session, 'unwatch', {}, () => heard.push('answered'))
  const drained = drain().then(() => heard.push('drained'))
  const refused = await new Promise((resolve) => dispatch(session, 'unwatch', {}, resolve))
  expect(refused).toMatchObject({ ok: false, error: { code: 'overloaded' } })
  expect(heard).toEqual([])
  finish({})
  await drained
  expect(heard).toEqual(['answered', 'drained'])
  await drain()
})

test('[OP16] draining does not wait for a sender who cannot hear the answer', async () => {
  const broken: Handler = {
    name: 'unwatch',
    handle: () => {
      throw new TypeError('broken')
    },
  }
  const { dispatch, drain } = createDispatcher({ handlers: [broken], logger, now })
  dispatch(someAgent(), 'unwatch', {}, () => {
    throw new RangeError('the socket is gone')
  })
  dispatch(someAgent(), 'unwatch', undefined)
  await drain()
})
