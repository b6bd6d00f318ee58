// Writes a large installation's past: conversations of ten events each, straight through the store in large
// transactions, as the log would have written them. In a process of its own; what is there already is kept, so that an
// interrupted run goes on, and the next bench finds it done.

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { planBatch, uuidv7 } from '@pendopo/protocol'
import { buildForNode } from '../tools/build/for-node.mjs'
import { log } from '../tools/run.mjs'
import { answer } from './lib/children.mjs'
import { TEXT } from './systems/text.mjs'

/** In one transaction. */
const AT_ONCE = 500
const AGENTS = 50
/** In a hundred; the others are closed. */
const OPEN_SHARE = 3
const FIRST_AT = Date.UTC(2024, 0, 1)
/** From one conversation's beginning to the next one's: a million are two years. */
const APART_MS = 60_000
const PROGRESS_MS = 10_000
/** Jobs exist, as they would, and none comes due in a bench. */
const READERS = [{ name: 'idle-close', streams: ['conversation'], delayMs: 315_360_000_000 }]
/** How many ids the measuring is given. */
const SAMPLE = 2_000

const fillRandom = (bytes) => (bytes.set(randomBytes(bytes.length)), bytes)
const agents = Array.from({ length: AGENTS }, () => uuidv7(FIRST_AT, fillRandom))
const roles = Object.fromEntries(agents.map((id) => [id, { role: 'agent' }]))

/** One conversation of ten events (opened, four of the visitor's, an answer that assigns, two more, closed) as an `Append`. */
function toAppend(visitor, at, index) {
  let now = at
  const next = (kind, data = {}) => ({ id: uuidv7(now, fillRandom), kind, data })
  const post = () => next('message.post', { text: TEXT })
  const agent = { kind: 'agent', id: agents[index % AGENTS], role: 'agent', sight: 'all', teams: [] }
  const isOpen = index % 100 < OPEN_SHARE
  const opening = next('conversation.open', { page: { url: 'https://shop.test/', title: 'Shop' } })
  const turns = [
    [visitor, [opening, post(), post()]],
    [agent, [post(), post()]],
    [visitor, [post(), post()]],
    [agent, [post(), isOpen ? post() : next('conversation.close')]],
  ]
  let stream = { kind: 'conversation', id: opening.id, state: null }
  const events = []
  const known = []
  for (const [actor, commands] of turns) {
    now += 60_000
    const plan = planBatch(stream, commands, actor, { now, agents: roles }, new Map())
    stream = plan.stream
    events.push(...plan.events)
    known.push(...plan.known)
  }
  return { expectedSeq: 0, stream, events, known }
}

async function fill({ database, folder, site, conversations }) {
  const { file } = await buildForNode('store', 'packages/server-adapter/src/open-database.ts')
  const { openDatabase } = await import(file)
  const store = await openDatabase(database, READERS)
  const workspace = await store.directory.defaultWorkspace()
  const progressFile = join(folder, 'filled.json')
  const progress = existsSync(progressFile)
    ? JSON.parse(readFileSync(progressFile, 'utf8'))
    : { conversations: 0, events: 0, sample: [] }
  const started = Date.now()
  const before = progress.conversations
  let told = started
  while (progress.conversations < conversations) {
    const count = Math.min(AT_ONCE, conversations - progress.conversations)
    const first = progress.conversations
    const at = (index) => FIRST_AT + APART_MS * index
    const people = await Promise.all(
      Array.from({ length: count }, (_, index) => {
        const now = at(first + index)
        const [id, contact] = [uuidv7(now, fillRandom), uuidv7(now, fillRandom)]
        const key = randomBytes(32).toString('base64url')
        const name = `Visitor ${id.slice(-4)}`
        return store.directory.ensureIdentity({
          ...{ workspace, channel: site, kind: 'browser', key, id, contact, name, email: null, now },
        })
      }),
    )
    const group = people.map(({ id, contact }, index) =>
      toAppend(
        { kind: 'visitor', identity: id, identities: [id], contact, channel: site },
        at(first + index),
        first + index,
      ),
    )
    const outcomes = await store.log.append(workspace, group)
    if (outcomes.some((outcome) => outcome !== 'appended')) throw new Error('the store did not take a group')
    progress.conversations += count
    progress.events += group.reduce((sum, { events }) => sum + events.length, 0)
    const sampled = Math.ceil(SAMPLE / (conversations / AT_ONCE))
    progress.sample.push(...group.slice(0, sampled).map(({ stream }) => stream.id))
    writeFileSync(progressFile, JSON.stringify(progress))
    if (Date.now() - told < PROGRESS_MS && progress.conversations < conversations) continue
    told = Date.now()
    const rate = (progress.conversations - before) / ((told - started) / 1_000)
    const left = Math.round((conversations - progress.conversations) / rate)
    log(`fill: ${progress.conversations} of ${conversations} conversations, ${Math.round(rate)}/s, ${left} s left`)
  }
  await store.close()
  return { conversations: progress.conversations, events: progress.events, sample: progress.sample.slice(0, SAMPLE) }
}

answer({ fill })
