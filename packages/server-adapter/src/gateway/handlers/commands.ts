// `commands`: the way into the log. The hot path of a message: check, take from the bucket, submit, translate numbers.

import type { Answer, Audience, Command, CommandResult, StreamRef } from '@pendopo/protocol'
import type { BatchOutcome } from '../../log/log.ts'
import { RequestError, toWireError } from '../../request-error.ts'
import type { GatewayContext } from '../context.ts'
import { defineHandler } from '../define-handler.ts'
import { toWireEvents, type Sender } from '../fan-out.ts'
import { actorOf, type Session, type VisitorSession } from '../session.ts'

type Results = Answer<'commands'>['results']

export function commandsHandler(context: GatewayContext) {
  const { log, now, openings, appendTimer } = context

  return defineHandler('commands', (session, request) => {
    const taken = takePosts(session, request.commands, now())
    const [first] = taken
    if (first === undefined) throw tooManyMessages(session, now())
    if (request.stream === undefined) checkOpening(session, first)
    const outcome =
      session.kind === 'visitor' && first.kind === 'conversation.open'
        ? opened(session, () => submit(session, request.stream, taken))
        : submit(session, request.stream, taken)
    return outcome.then((appended) => answerTo(session, request.commands, taken.length, appended))
  })

  function answerTo(session: Session, asked: readonly Command[], tried: number, outcome: BatchOutcome) {
    const answer = toAnswer(outcome, session.audience)
    const refused = asked[tried]
    // All that was tried is stored, and something is left: the bucket was empty there.
    if (refused !== undefined && outcome.results.length === tried && outcome.results.every(({ ok }) => ok)) {
      answer.results.push({ id: refused.id, ok: false, error: toWireError(tooManyMessages(session, now())) })
    }
    return answer
  }

  // Without `async` where it can do without: see `serve`.
  function submit(session: Session, stream: StreamRef | undefined, commands: readonly Command[]) {
    if (session.kind === 'visitor' && session.visitor.ensure !== undefined && commands.some(leavesARow))
      return ensure(context, session).then(() => append(session, stream, commands))
    return append(session, stream, commands)
  }

  function append(session: Session, stream: StreamRef | undefined, commands: readonly Command[]) {
    const done = appendTimer()
    const { workspace } = session
    const sender: Sender = { session, commands }
    const batch = { workspace, stream: stream ?? null, commands, actor: actorOf(session), sender }
    return log.submit(batch).then((outcome) => {
      done()
      return outcome
    })
  }

  /** An opening counts where it made a conversation; one that found a conversation, or failed, is given back. */
  async function opened(session: VisitorSession, append: () => Promise<BatchOutcome>): Promise<BatchOutcome> {
    const giveBack = await openings.take(session)
    let isNew = false
    try {
      const outcome = await append()
      isNew = outcome.events[0]?.kind === 'conversation.opened'
      return outcome
    } finally {
      if (!isNew) await giveBack()
    }
  }
}

/** Cuts the batch before the first message that the sender's bucket has nothing left for. */
function takePosts(session: Session, commands: readonly Command[], now: number): readonly Command[] {
  const posts = commands.reduce((count, { kind }) => (kind === 'message.post' ? count + 1 : count), 0)
  let left = session.posts().take(posts, now)
  if (left === posts) return commands
  const cut = commands.findIndex(({ kind }) => kind === 'message.post' && left-- === 0)
  return commands.slice(0, cut)
}

const tooManyMessages = ({ posts }: Session, now: number) =>
  new RequestError('rate_limited', 'too many messages', posts().retryAfter(now))

function checkOpening(session: Session, first: Command): void {
  if (first.kind !== 'conversation.open')
    throw new RequestError('invalid', 'stream: needed, unless the first command is conversation.open')
  if (session.kind === 'agent') throw new RequestError('forbidden', 'only a visitor opens a conversation on a website')
}

/** Those commands whose events name the visitor's identity. */
const leavesARow = ({ kind }: Command) => kind === 'conversation.open' || kind === 'message.post'

async function ensure({ sessions }: GatewayContext, session: VisitorSession): Promise<void> {
  const visitor = await session.visitor.ensure?.()
  if (visitor !== undefined) sessions.reindex(session, () => (session.visitor = visitor))
}

function toAnswer({ stream, results, events }: BatchOutcome, audience: Audience): Answer<'commands'> {
  return {
    stream: { kind: stream.kind, id: stream.id },
    results: results.map((result) => toResult(result, audience)),
    events: toWireEvents(events, audience),
  }
}

function toResult(result: CommandResult, audience: Audience): Results[number] {
  if (!result.ok) return { id: result.id, ok: false, error: result.error }
  const { id, first, last } = result
  if (first === undefined || last === undefined) return { id, ok: true }
  const [from, to] =
    audience === 'team' ? [first.seq, last.seq] : [first.publicSeq ?? last.publicSeq, last.publicSeq ?? first.publicSeq]
  return { id, ok: true, at: last.at, ...(from !== null && to !== null && { n: [from, to] }) }
}
