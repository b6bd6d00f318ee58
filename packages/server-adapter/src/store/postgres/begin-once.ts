// Two nodes may begin a conversation with the same visitor at the same moment: each looks, finds none, and creates one.
// So whoever creates one holds a lock named by its people and channel, and looks once more.

import { toIdBytes, toIdText } from '../sql/ids.ts'
import type { Work } from '../sql/work.ts'
import type { Append } from '../store.ts'
import { toLockKey } from './connection.ts'

/** In the order of the array, the same for everybody, so that nobody waits in a circle. */
const LOCK = 'select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key'

const FIND = `
  select distinct stream_identity.identity, stream.channel
  from stream_identity join stream on stream.key = stream_identity.stream
  where stream_identity.identity = any ($2::bytea[]) and stream.workspace = $1 and stream.status = 'open'`

/** Ids of the streams that must not begin: somebody was faster. */
export function* findBegun(workspace: number, group: readonly Append[]): Work<ReadonlySet<string>> {
  const beginnings = group.flatMap(({ stream: { id }, unlessOpen }) =>
    unlessOpen === undefined ? [] : [{ id, ...unlessOpen }],
  )
  if (beginnings.length === 0) return new Set()
  const names = beginnings.flatMap(({ channel, identities }) =>
    identities.map((identity) => JSON.stringify(['begin', workspace, channel, identity])),
  )
  yield { text: LOCK, parameters: [Array.from(new Set(names), toLockKey).sort()], isPrepared: true }
  const everybody = new Set(beginnings.flatMap(({ identities }) => identities))
  const { rows } = yield { text: FIND, parameters: [workspace, Array.from(everybody, toIdBytes)], isPrepared: true }
  // The query above says what its rows are.
  const open = (rows as readonly { identity: Buffer; channel: string }[]).map(({ identity, channel }) =>
    nameOf(channel, toIdText(identity)),
  )
  const taken = new Set(open)
  const begun = new Set<string>()
  for (const { id, channel, identities } of beginnings) {
    const people = identities.map((identity) => nameOf(channel, identity))
    if (people.some((one) => taken.has(one))) begun.add(id)
    for (const one of people) taken.add(one)
  }
  return begun
}

const nameOf = (channel: string, identity: string): string => `${identity} ${channel}`
