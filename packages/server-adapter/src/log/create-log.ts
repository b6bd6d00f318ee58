// Group commit. Batches queue while the last group is written; the next group is decided and appended in one
// transaction, and everyone in it is answered after that commit. The first decision is a guess from memory that the
// append proves; what it disproves, or cannot prove, is decided again on what the database says. Knows nothing of sockets or SQL; a log over several nodes needs no more than a store that
// they share.

import { LIMITS, type Facts } from '@pendopo/protocol'
import type { Agent, Store, StoredFile } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'
import { createLanes, lanesOf, type InLanes } from './lanes.ts'
import type { Batch, BatchOutcome, Committed, Log } from './log.ts'
import { OverloadedError } from './overloaded-error.ts'
import { planGroup, toAppends, type GroupPlan } from './plan-group.ts'
import { createRecalledStreams } from './recalled-streams.ts'
import { resolveStreams } from './resolve-streams.ts'

export interface LogOptions {
  readonly store: Pick<Store, 'log' | 'directory' | 'files'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Batches in one transaction, at most: bounds the time a group holds the database. */
  readonly maxGroup?: number
  /**
   * Groups that may be written at the same time. They share no stream and no visitor, so that each is decided on what is
   * so; while the store writes one, the next is decided.
   */
  readonly maxInFlight?: number
  /** Milliseconds: a store that answers sooner spends its time computing and not waiting for a disk or a network. */
  readonly quickAppendMs?: number
  /** Batches that may wait before more are refused. */
  readonly maxWaiting?: number
  /** Calls back when a group may be taken. Default: `setImmediate`, so that all that one turn of the event loop has read is in it. */
  readonly schedule?: (run: () => void) => void
  /** Told of a listener that threw: a fault, and no reason to leave senders unanswered. */
  readonly onFault?: (error: unknown) => void
}

/** Big enough to hold all that 100 busy senders have in flight, small enough to stay within some milliseconds. */
const MAX_GROUP = 256

/** So many are taken at once where so many wait, however small the part would be. */
const MIN_GROUP = 16

const QUICK_APPEND_MS = 4

/** One being written and one ready for when it is. */
const MAX_IN_FLIGHT = 2

/** Some seconds of a slow disk; whoever waits longer has given up. */
const MAX_WAITING = 10_000

/** A batch that has lost the race this often waits behind something that never lets it win. */
const MAX_ATTEMPTS = 8

interface Waiting extends InLanes {
  readonly batch: Batch
  readonly resolve: (outcome: BatchOutcome) => void
  readonly reject: (error: unknown) => void
  attempts: number
}

export function createLog({
  store,
  now,
  maxGroup = MAX_GROUP,
  maxInFlight = MAX_IN_FLIGHT,
  quickAppendMs = QUICK_APPEND_MS,
  maxWaiting = MAX_WAITING,
  schedule = setImmediate,
  onFault = () => {},
}: LogOptions): Log {
  const recalled = createRecalledStreams(store.log)
  const lanes = createLanes()
  let queue: Waiting[] = []
  let inHand = 0
  let inFlight = 0
  /**
   * Into how many groups what is there is divided. Two where the store is quick: while it writes one, the other is
   * decided and answered, and neither side waits. Where each commit costs a wait, all goes in one.
   */
  let parts = 1
  let isScheduled = false
  let isClosed = false
  let onIdle: (() => void)[] = []
  const listeners = new Set<(commit: readonly Committed[]) => void>()

  function start(): void {
    if (isScheduled || inFlight === maxInFlight) return
    // A second group is worth a commit of its own once it is as large as its part of what is being written.
    if (queue.length * parts < inHand) return
    isScheduled = true
    schedule(run)
  }

  function run(): void {
    isScheduled = false
    const part = Math.ceil((queue.length + inHand) / parts)
    const { group, rest } = lanes.take(queue, Math.min(maxGroup, Math.max(MIN_GROUP, part)))
    // All that waits stands behind what is being written; that starts the next.
    if (group.length === 0) return
    queue = rest
    inHand += group.length
    inFlight += 1
    void commitAll(group).then((again) => {
      inFlight -= 1
      lanes.leave(group)
      // In front, so that what a sender sent first is still decided first.
      if (again.length > 0) queue = [...again, ...queue]
      if (queue.length > 0) return start()
      if (inFlight > 0) return
      for (const idle of onIdle) idle()
      onIdle = []
    })
    if (queue.length > 0) start()
  }

  /** Never rejects. Resolves with those that have to be decided again. */
  async function commitAll(group: readonly Waiting[]): Promise<Waiting[]> {
    const [first] = group
    if (first === undefined) return []
    const { workspace } = first.batch
    if (group.every(({ batch }) => batch.workspace === workspace)) return commit(workspace, group)
    const again: Waiting[] = []
    for (const key of new Set(group.map(({ batch }) => batch.workspace)))
      again.push(
        ...(await commit(
          key,
          group.filter(({ batch }) => batch.workspace === key),
        )),
      )
    return again
  }

  async function commit(workspace: string, group: readonly Waiting[]): Promise<Waiting[]> {
    try {
      const batches = group.map(({ batch }) => batch)
      const isGuess = group.every(({ attempts }) => attempts === 0)
      const resolved = await resolveStreams(store.log, recalled, workspace, batches, isGuess)
      const plan = planGroup(batches, resolved, await factsFor(workspace, batches))
      const appends = toAppends(plan)
      const started = performance.now()
      const outcomes = appends.length === 0 ? [] : await store.log.append(workspace, appends)
      if (appends.length > 0) parts = performance.now() - started < quickAppendMs ? 2 : 1
      const lost = new Set(appends.flatMap(({ stream }, index) => (outcomes[index] === 'conflict' ? [stream.id] : [])))
      for (const { stream } of appends) {
        if (lost.has(stream.id)) recalled.forget(stream.id)
        else recalled.keep(workspace, stream)
      }
      tell(workspace, plan, lost)
      return settle(group, plan, lost)
    } catch (error) {
      // The database's refusal holds for all of them. A fault may be one batch's: the others must not pay for it.
      if (error instanceof StoreError || group.length === 1) {
        inHand -= group.length
        for (const { reject } of group) reject(error)
        return []
      }
      const again: Waiting[] = []
      for (const waiting of group) again.push(...(await commit(workspace, [waiting])))
      return again
    }
  }

  /** What the commands of a group name beside their stream: looked up once, and not at all where they name nothing. */
  async function factsFor(workspace: string, batches: readonly Batch[]): Promise<Facts> {
    let namesAgent = false
    const files: string[] = []
    for (const { commands } of batches)
      for (const { data } of commands) {
        if ('agent' in data) namesAgent = true
        if ('attachments' in data && data.attachments !== undefined) files.push(...data.attachments.map(({ id }) => id))
      }
    return {
      now: now(),
      agents: namesAgent ? toAgentFacts(await store.directory.agents(workspace)) : {},
      ...(files.length > 0 && {
        files: toFileFacts(await store.files.unused(workspace, [...new Set(files)], LIMITS.unusedFileMs)),
      }),
    }
  }

  function tell(workspace: string, { streams }: GroupPlan, lost: ReadonlySet<string>): void {
    if (listeners.size === 0) return
    const committed: Committed[] = []
    for (const { before, stream, events, senders } of streams.values())
      if (events.length > 0 && !lost.has(stream.id)) committed.push({ workspace, stream, before, events, senders })
    if (committed.length === 0) return
    for (const listener of listeners) {
      try {
        listener(committed)
      } catch (error) {
        onFault(error)
      }
    }
  }

  function settle(group: readonly Waiting[], plan: GroupPlan, lost: ReadonlySet<string>): Waiting[] {
    inHand -= group.length
    const again: Waiting[] = []
    for (const [index, waiting] of group.entries()) {
      const result = plan.batches[index]
      if (result === undefined) continue
      if ('error' in result) waiting.reject(result.error)
      else if ('outcome' in result && (lost.size === 0 || !result.leansOn.some((id) => lost.has(id))))
        waiting.resolve(result.outcome)
      else if (++waiting.attempts < MAX_ATTEMPTS) again.push(waiting)
      else waiting.reject(new StoreError('unavailable', 'unable to append; others kept appending first'))
    }
    return again
  }

  return {
    submit(batch) {
      if (isClosed) return Promise.reject(new OverloadedError('unable to append; the server is stopping'))
      if (queue.length + inHand >= maxWaiting)
        return Promise.reject(new OverloadedError('unable to append; too many are waiting'))
      return new Promise((resolve, reject) => {
        queue.push({ batch, lanes: lanesOf(batch), resolve, reject, attempts: 0 })
        start()
      })
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    get waiting() {
      return queue.length + inHand
    },
    close() {
      isClosed = true
      if (queue.length + inHand === 0) return Promise.resolve()
      return new Promise((resolve) => onIdle.push(resolve))
    },
  }
}

const toAgentFacts = (agents: readonly Agent[]): Facts['agents'] =>
  Object.fromEntries(agents.filter(({ active }) => active).map(({ id, role }) => [id, { role }]))

const toFileFacts = (files: readonly StoredFile[]): NonNullable<Facts['files']> =>
  Object.fromEntries(files.map(({ attachment, by }) => [attachment.id, { attachment, by }]))
