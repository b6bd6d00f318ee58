import type { AgentActor, StreamRef, VisitorActor } from '@pendopo/protocol'
import { expect, test } from 'vitest'
import { newAgent, newId, newVisitor, openCommand, postCommand, type Hand } from './fixture.ts'

const ROUNDS = 12
const LEASE_MS = 500

/** Two stores on one database, as two nodes have them. */
export function testConcurrencyContract(hands: () => Promise<readonly [Hand, Hand]>): void {
  const begin = async (hand: Hand, visitor: VisitorActor) => {
    const open = openCommand()
    const planned = await hand.plan({ kind: 'conversation', id: open.id }, [open, postCommand('hello')], visitor)
    const { channel, identities } = visitor
    return { ...planned, unlessOpen: { channel, identities } }
  }
  const seqs = async (hand: Hand, ref: StreamRef) =>
    (await hand.store.log.events(hand.workspace, ref, 'team', 0, 1_000)).map(({ seq }) => seq)
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

  test('[ST40] of two that append to one stream at the same moment one wins, each time', async () => {
    const [one, two] = await hands()
    const visitor = newVisitor()
    const ref = await one.conversation(visitor)
    for (let round = 0; round < ROUNDS; round++) {
      const [mine, theirs] = await Promise.all([
        one.plan(ref, [postCommand(`one ${round}`)], visitor),
        two.plan(ref, [postCommand(`two ${round}`)], visitor),
      ])
      const outcomes = (await Promise.all([one.append(mine), two.append(theirs)])).flat()
      expect([...outcomes].sort()).toEqual(['appended', 'conflict'])
    }
    expect(await seqs(one, ref)).toEqual(upTo(1 + ROUNDS))
    expect((await two.state(ref)).state?.seq).toBe(1 + ROUNDS)
  })

  test('[ST40] groups of two that name the same streams in other orders do not wait for each other for ever', async () => {
    const [one, two] = await hands()
    const visitor = newVisitor()
    const refs = await Promise.all(Array.from({ length: 8 }, () => one.conversation(visitor)))
    let appended = 0
    for (let round = 0; round < ROUNDS; round++) {
      const group = async (hand: Hand, order: readonly StreamRef[]) => {
        const plans = await Promise.all(order.map((ref) => hand.plan(ref, [postCommand('again')], visitor)))
        return () => hand.append(...plans)
      }
      const [mine, theirs] = await Promise.all([group(one, refs), group(two, refs.toReversed())])
      const outcomes = (await Promise.all([mine(), theirs()])).flat()
      appended += outcomes.filter((outcome) => outcome === 'appended').length
    }
    const states = await Promise.all(refs.map((ref) => two.state(ref)))
    const heads = states.map(({ state }) => state?.seq ?? 0)
    expect(appended).toBeGreaterThanOrEqual(refs.length * ROUNDS)
    expect(heads.reduce((sum, seq) => sum + seq, 0)).toBe(refs.length + appended)
    for (const [index, ref] of refs.entries()) expect(await seqs(one, ref)).toEqual(upTo(heads[index] ?? 0))
  })

  test('[ST40] one command id sent to two streams at the same moment is stored once', async () => {
    const [one, two] = await hands()
    const visitor = newVisitor()
    const [here, there] = [await one.conversation(visitor), await one.conversation(visitor)]
    for (let round = 0; round < ROUNDS; round++) {
      const command = postCommand(`only once ${round}`)
      const [mine, theirs] = [await one.plan(here, [command], visitor), await two.plan(there, [command], visitor)]
      const outcomes = (await Promise.all([one.append(mine), two.append(theirs)])).flat()
      expect([...outcomes].sort()).toEqual(['appended', 'conflict'])
    }
    expect((await seqs(one, here)).length + (await seqs(one, there)).length).toBe(2 + ROUNDS)
  })

  test('[ST41] two that begin a conversation with one visitor at the same moment begin one', async () => {
    const [one, two] = await hands()
    for (let round = 0; round < ROUNDS; round++) {
      const visitor = newVisitor()
      const [mine, theirs] = await Promise.all([begin(one, visitor), begin(two, visitor)])
      const outcomes = (await Promise.all([one.append(mine), two.append(theirs)])).flat()
      expect([...outcomes].sort()).toEqual(['appended', 'conflict'])
      const lookup = { channel: visitor.channel, identities: visitor.identities }
      const won = outcomes[0] === 'appended' ? mine : theirs
      expect(await two.store.log.openConversations(two.workspace, [lookup])).toEqual([won.stream.id])
    }
  })

  test('[ST41] a conversation begins where the one before is closed, or is on another channel', async () => {
    const [one, two] = await hands()
    const visitor = newVisitor()
    const first = await begin(one, visitor)
    expect(await one.append(first)).toEqual(['appended'])
    expect(await two.append(await begin(two, visitor))).toEqual(['conflict'])
    expect(await two.append(await begin(two, { ...visitor, channel: 'other' }))).toEqual(['appended'])
    const agent: AgentActor = newAgent({ role: 'admin' })
    const ref: StreamRef = { kind: 'conversation', id: first.stream.id }
    await one.submit(ref, [{ id: newId(), kind: 'conversation.close', data: {} }], agent)
    expect(await two.append(await begin(two, visitor))).toEqual(['appended'])
  })

  test('[ST15] an identity that two ask for at the same moment is created once', async () => {
    const [one, two] = await hands()
    const ask = ({ store, workspace, clock }: Hand, key: string) =>
      store.directory.ensureIdentity({
        ...{ workspace, channel: 'acme', kind: 'browser', key, name: 'Somebody', email: null, now: clock.now() },
        ...{ id: newId(), contact: newId() },
      })
    for (let round = 0; round < ROUNDS; round++) {
      const [mine, theirs] = await Promise.all([ask(one, `key ${round}`), ask(two, `key ${round}`)])
      expect(mine).toEqual(theirs)
    }
  })

  test('[ST18] a job is claimed by one of two who ask at the same moment', async () => {
    const [one, two] = await hands()
    const refs = await Promise.all(Array.from({ length: 20 }, () => one.conversation(newVisitor())))
    const claims = await Promise.all(
      Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? one : two).store.jobs.claim('mail', 5, LEASE_MS)),
    )
    const rest = await one.store.jobs.claim('mail', 100, LEASE_MS)
    const claimed = [...claims.flat(), ...rest].map(({ stream }) => stream.id)
    expect([...claimed].sort()).toEqual(refs.map(({ id }) => id).sort())
  })

  test('[ST18] an event appended by one while the other works on its job is not lost', async () => {
    const [one, two] = await hands()
    const visitor = newVisitor()
    const ref = await one.conversation(visitor)
    for (let round = 0; round < ROUNDS; round++) {
      const [job] = await two.store.jobs.claim('mail', 1, LEASE_MS)
      if (job === undefined) throw new Error('unable to claim; nothing is due')
      const { state } = await two.state(ref)
      // It finishes what it has seen, at the very moment of the next event.
      await Promise.all([
        two.store.jobs.finish(job, { cursor: state?.seq ?? 0, dueAt: null }),
        one.submit(ref, [postCommand(`event ${round}`)], visitor),
      ])
    }
    expect(await two.store.jobs.claim('mail', 1, LEASE_MS)).toHaveLength(1)
  })

  test('[ST12] marks that two advance at the same moment end at the furthest', async () => {
    const [one, two] = await hands()
    const ref = await one.conversation(newVisitor(), ...Array.from({ length: 20 }, (_, index) => `message ${index}`))
    const reader = { kind: 'agent', id: newId() } as const
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : two).store.marks.advance(one.workspace, ref.id, reader, 'team', 21 - index),
      ),
    )
    expect(await two.store.marks.of(one.workspace, ref.id)).toEqual([{ reader, seq: 21, publicSeq: 21 }])
  })
}
