// The one way from a frame to a handler: looked up by name, for this role, in shape, within the limits, and answered
// whatever happens. Handlers are plain functions from a session and a checked request to an answer; they throw a
// RequestError to refuse. Nothing a client sends gets past here unchecked, and nothing thrown gets past here at all.

import { REQUESTS } from '@pendopo/protocol/schemas'
import type { Answer, RequestName, RequestOf, WireError } from '@pendopo/protocol'
import type { Logger } from 'pino'
import * as v from 'valibot'
import { createQuickParse, REFUSED } from '../lib/quick-parse.ts'
import { OverloadedError } from '../log/overloaded-error.ts'
import { isExpected, isStoreUnavailable, RequestError, toWireError } from '../request-error.ts'
import type { Session } from './session.ts'

/** The sessions that may make a request. */
type SessionFor<Name extends RequestName> = Extract<Session, { kind: (typeof REQUESTS)[Name]['from'][number] }>

type Reply =
  | { readonly ok: false; readonly error: WireError }
  | ({ readonly ok: true } & Readonly<Record<string, unknown>>)

/** A handler behind its checks. */
export interface Handler {
  readonly name: RequestName
  /** Throws or rejects with what is to be told. */
  handle(session: Session, argument: unknown): Promise<object> | object
}

export function defineHandler<Name extends RequestName>(
  name: Name,
  run: (session: SessionFor<Name>, request: RequestOf<Name>) => Promise<Answer<Name>> | Answer<Name>,
): Handler {
  const { from, request: schema } = REQUESTS[name]
  const parse = createParse<Name>(schema)
  const isFor = (session: Session): session is SessionFor<Name> => from.some((kind) => kind === session.kind)
  return {
    name,
    handle: (session, argument) => {
      if (!isFor(session)) throw new RequestError('forbidden', `${name} is not for this role`)
      return run(session, parse(argument))
    },
  }
}

function createParse<Name extends RequestName>(schema: v.GenericSchema<unknown, RequestOf<Name>>) {
  const quickParse = createQuickParse(schema)
  return (argument: unknown): RequestOf<Name> => {
    const quick = quickParse(argument)
    if (quick !== REFUSED) return quick
    const parsed = v.safeParse(schema, argument, { abortEarly: true })
    if (parsed.success) return parsed.output
    const [issue] = parsed.issues
    throw new RequestError('invalid', `${v.getDotPath(issue) ?? 'the request'}: ${issue.message}`)
  }
}

interface Needs {
  readonly handlers: readonly Handler[]
  readonly logger: Logger
  readonly now: () => number
}

/** What a socket does with every request; never throws, never rejects. `answer` is absent where nobody waits for one. */
export type Dispatch = (session: Session, name: string, argument: unknown, answer?: (reply: Reply) => void) => void

export interface Dispatcher {
  readonly dispatch: Dispatch
  /** Refuses what comes from now on; resolves when everything before it is answered. */
  drain(): Promise<void>
}

export function createDispatcher({ handlers, logger, now }: Needs): Dispatcher {
  let inFlight = 0
  let isDraining = false
  let onDrained: (() => void)[] = []
  const byName = new Map<string, Handler>(handlers.map((handler) => [handler.name, handler]))

  /** May throw, or reject later: what a request is answered with where nothing goes wrong. */
  function handle(session: Session, name: string, argument: unknown): Promise<object> | object {
    if (isDraining) throw new OverloadedError('the server is stopping')
    if (session.requests.take(1, now()) === 0) {
      throw new RequestError('rate_limited', 'too many requests', session.requests.retryAfter(now()))
    }
    const handler = byName.get(name)
    if (handler === undefined) throw new RequestError('unknown', 'no such request')
    return handler.handle(session, argument)
  }

  // One asynchronous layer and no more: each would cost every message about a hundredth of its way through the process.
  async function serve(...[session, name, argument, answer]: Parameters<Dispatch>): Promise<void> {
    inFlight += 1
    let reply: Reply
    try {
      reply = { ok: true, ...(await handle(session, name, argument)) }
    } catch (error) {
      if (!isExpected(error)) logFailure(logger, name, error)
      reply = { ok: false, error: toWireError(error) }
    }
    try {
      answer?.(reply)
    } catch (error) {
      logFailure(logger, name, error)
    }
    inFlight -= 1
    if (inFlight > 0) return
    for (const drained of onDrained) drained()
    onDrained = []
  }

  return {
    dispatch: (session, ...request) => {
      if (session.kind === 'agent') session.isUsed = true
      void serve(session, ...request)
    },
    drain: () => {
      isDraining = true
      return inFlight === 0 ? Promise.resolve() : new Promise((resolve) => onDrained.push(resolve))
    },
  }
}

/** The cause without the request: neither content nor tokens reach the log. */
function logFailure(logger: Logger, name: string, error: unknown): void {
  if (isStoreUnavailable(error)) logger.warn({ err: error, request: name }, 'the database did not take it')
  else logger.error({ err: error, request: name }, 'unable to answer a request')
}
