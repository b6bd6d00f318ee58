// Where do batches go that name no stream, and what do all of them need to be decided? At first nothing is asked that
// the append will prove anyway: streams come from memory, and no command is taken for a repeat. What cannot be proved
// that way is resolved once more, from the database: a handful of queries for a whole group, whatever its size.

import type { StreamRef, VisitorActor } from '@pendopo/protocol'
import type { Loaded, LogStore, OpenLookup } from '../store/store.ts'
import type { Batch } from './log.ts'
import type { RecalledStreams } from './recalled-streams.ts'

export interface Resolved {
  readonly loaded: Loaded
  /** For each batch, the stream that is there already; `null` where one may have to be created. */
  readonly refs: readonly (StreamRef | null)[]
  /** Whether only an append can tell that this is how things are. */
  readonly isGuess: boolean
}

export async function resolveStreams(
  store: LogStore,
  recalled: RecalledStreams,
  workspace: string,
  batches: readonly Batch[],
  isGuess: boolean,
): Promise<Resolved> {
  const refs = batches.map(({ stream }) => stream)
  await resolveHomeless(store, workspace, batches, refs)
  const homes = refs.filter((ref) => ref !== null)
  if (isGuess) return { loaded: { streams: await recalled.recall(workspace, homes), known: new Map() }, refs, isGuess }
  const commandIds = batches.flatMap(({ commands }) => commands.map(({ id }) => id))
  return { loaded: await store.load(workspace, homes, commandIds), refs, isGuess }
}

async function resolveHomeless(
  store: LogStore,
  workspace: string,
  batches: readonly Batch[],
  refs: (StreamRef | null)[],
): Promise<void> {
  const homeless = batches.flatMap((batch, index) =>
    batch.stream === null && batch.actor.kind === 'visitor' ? [{ index, batch, actor: batch.actor }] : [],
  )
  if (homeless.length === 0) return
  const ids = homeless.flatMap(({ batch }) => batch.commands.map(({ id }) => id))
  const { known } = await store.load(workspace, [], ids)
  const lookups: { readonly index: number; readonly lookup: OpenLookup }[] = []
  for (const { index, batch, actor } of homeless) {
    // A repeat goes where the first went. Somebody else's command says nothing about where this visitor belongs.
    const before = batch.commands
      .map(({ id }) => known.get(id))
      .find((command) => command && isBy(actor, command.actor))
    if (before !== undefined) refs[index] = { kind: 'conversation', id: before.stream }
    else lookups.push({ index, lookup: { channel: actor.channel, identities: actor.identities } })
  }
  if (lookups.length === 0) return
  const open = await store.openConversations(
    workspace,
    lookups.map(({ lookup }) => lookup),
  )
  for (const [position, { index }] of lookups.entries()) {
    const id = open[position] ?? null
    if (id !== null) refs[index] = { kind: 'conversation', id }
  }
}

const isBy = (actor: VisitorActor, author: { readonly kind: string; readonly id: string }): boolean =>
  author.kind === 'visitor' && actor.identities.includes(author.id)
