// What must hold once a world is quiet: what was ticked is stored, once, in each tab's order, in numbers without a gap;
// what was safe is not lost; every client shows the log; and one tab of a browser did the sending.

import type { FakeServer } from '../testing.ts'
import type { Thread } from '../thread.ts'
import type { SimulatedAgent } from './simulated-agent.ts'
import type { SimulatedVisitor } from './simulated-visitor.ts'

/** A message as its sender knows of it. */
export interface Sent {
  readonly id: string
  /** The tab, or the agent's life: order is promised within it. */
  readonly lane: string
  /** The promise of `queued` held on a device whose storage worked. */
  isSafe: boolean
  isStored: boolean
  isRefused: boolean
}

interface Judged {
  readonly server: FakeServer
  readonly sent: readonly Sent[]
  readonly visitors: readonly SimulatedVisitor[]
  readonly agent: SimulatedAgent
}

/** Everything that does not hold, in words. */
export const judge = (world: Judged): readonly string[] => [
  ...judgeLog(world),
  ...judgeVisitors(world),
  ...[...world.agent.threads()].flatMap(([id, thread]) => compare(world.server, 'the agent', thread, id, 'agent')),
]

function judgeLog({ server, sent }: Judged): readonly string[] {
  const faults: string[] = []
  const place = new Map<string, { readonly conversation: string; readonly seq: number }>()
  for (const conversation of server.conversations()) {
    let publicSeq = 0
    for (const [index, event] of server.log(conversation).entries()) {
      if (event.seq !== index + 1) faults.push(`seq ${event.seq} stands at place ${index + 1}`)
      if (event.publicSeq !== null && event.publicSeq !== ++publicSeq)
        faults.push(`publicSeq ${event.publicSeq} has a gap before it`)
      if (event.kind !== 'message.posted') continue
      if (place.has(event.command)) faults.push(`message ${event.command} is stored twice`)
      place.set(event.command, { conversation, seq: event.seq })
    }
  }
  const last = new Map<string, number>()
  for (const { id, lane, isSafe, isStored, isRefused } of sent) {
    const stored = place.get(id)
    if (isStored && stored === undefined) faults.push(`message ${id} was ticked and is not stored`)
    if (isSafe && !isRefused && stored === undefined) faults.push(`message ${id} was safe and is lost`)
    if (stored === undefined || isRefused) continue
    const where = `${lane} in ${stored.conversation}`
    if (stored.seq < (last.get(where) ?? 0)) faults.push(`message ${id} was overtaken in ${where}`)
    last.set(where, stored.seq)
  }
  return faults
}

function judgeVisitors({ server, visitors }: Judged): readonly string[] {
  const faults: string[] = []
  for (const { tabs } of visitors) {
    for (const { chat, name, watch, hasGivenUp } of tabs) {
      const id = chat.conversation().$id.get()
      if (watch.trespasses() > 0) faults.push(`${name} sent while another tab held the lock`)
      if (chat.$connection.get() !== 'online') faults.push(`${name} is ${chat.$connection.get()}`)
      if (hasGivenUp() && chat.$persistence.get() !== 'memory')
        faults.push(`${name} says that it keeps what it does not`)
      if (id === null || isAnothers(server, chat.conversation(), id)) continue
      if (!server.conversations().includes(id)) faults.push(`${name} is in a conversation that does not exist`)
      faults.push(...compare(server, name, chat.conversation(), id, 'visitor'))
    }
    const together = tabs.filter(({ hasGivenUp }) => !hasGivenUp())
    if (new Set(together.map(({ chat }) => chat.conversation().$id.get())).size > 1)
      faults.push('tabs of one visitor are in different conversations')
  }
  return faults
}

/**
 * Storage that hangs, or writes and never says so, makes its tab go on under another name. What is taken under that name,
 * a message or only the opening (a late frame of the tab before), is refused to the next tab of the first name: it shows
 * its message as failed and has no part in that conversation.
 */
function isAnothers(server: FakeServer, thread: Thread, id: string): boolean {
  const logged = new Set(server.log(id).map(({ command }) => command))
  return thread.$messages
    .get()
    .some(
      (item) => item.type === 'message' && item.error?.code === 'id_reused' && (logged.has(item.id) || logged.has(id)),
    )
}

/** A client shows what is in the log: no more, no less, in its order. */
function compare(
  server: FakeServer,
  who: string,
  thread: Thread,
  id: string,
  side: 'visitor' | 'agent',
): readonly string[] {
  const shown = thread.$messages
    .get()
    .flatMap((item) => (item.type === 'message' && item.status !== 'failed' ? [`${item.n}:${item.id}`] : []))
  const logged = server
    .log(id)
    .flatMap((event) =>
      event.kind === 'message.posted' ? [`${side === 'agent' ? event.seq : event.publicSeq}:${event.command}`] : [],
    )
  // Older ones are loaded on demand.
  const [seen, expected] = [shown.slice(-30), logged.slice(-30)]
  return seen.join() === expected.join()
    ? []
    : [`${who} shows\n${seen.join('\n')}\nand the log has\n${expected.join('\n')}`]
}
