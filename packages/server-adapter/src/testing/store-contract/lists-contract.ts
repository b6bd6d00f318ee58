import { canSee, type AgentActor, type Sight } from '@pendopo/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ListQuery } from '../../store/store.ts'
import { newAgent, newId, newVisitor, openCommand, postCommand, withIdentity, type Hand } from './fixture.ts'

/** Lists, counts, sight, marks. */
export function testListsContract(hand: () => Hand): void {
  const list = async (agent: AgentActor, query: Partial<ListQuery> = {}) => {
    const { store, workspace } = hand()
    return store.conversations.list(workspace, agent, { list: 'all', status: 'open', limit: 50, ...query })
  }
  const idsOf = async (agent: AgentActor, query: Partial<ListQuery> = {}) =>
    (await list(agent, query)).rows.map(({ state }) => state.id)

  test('[ST9] keyset pages meet without a gap or an overlap, also among equal times', async () => {
    const { conversation, clock } = hand()
    const made: string[] = []
    for (let n = 0; n < 25; n++) {
      made.push((await conversation(newVisitor(), `${n}`)).id)
      if (n % 4 === 0) clock.advance(1)
    }
    const agent = newAgent()
    const seen: string[] = []
    let after: ListQuery['after']
    for (;;) {
      const page = await list(agent, { limit: 7, ...(after !== undefined && { after }) })
      seen.push(...page.rows.map(({ state }) => state.id))
      const last = page.rows.at(-1)?.state
      if (!page.more || last === undefined) break
      after = { movedAt: last.movedAt, id: last.id }
    }
    expect(seen).toEqual(await idsOf(agent))
    expect(seen.length).toBe(25)
    expect(new Set(seen)).toEqual(new Set(made))
  })

  test('[ST9] a message moves its conversation to the top', async () => {
    const { conversation, submit, clock } = hand()
    const visitor = newVisitor()
    const first = await conversation(visitor, 'one')
    clock.advance(1)
    const second = await conversation(newVisitor(), 'two')
    expect(await idsOf(newAgent())).toEqual([second.id, first.id])
    clock.advance(1)
    await submit(first, [postCommand('again')], visitor)
    expect(await idsOf(newAgent())).toEqual([first.id, second.id])
  })

  test('[ST9] lists and statuses hold what belongs there', async () => {
    const { conversation, submit, clock } = hand()
    const [me, other] = [newAgent(), newAgent()]
    const refs = []
    for (let n = 0; n < 4; n++) {
      refs.push(await conversation(newVisitor(), 'hello'))
      clock.advance(1)
    }
    const [mine, theirs, nobodys, closed] = refs.map(({ id }) => ({ kind: 'conversation', id }) as const)
    if (mine === undefined || theirs === undefined || nobodys === undefined || closed === undefined) return
    await submit(mine, [postCommand('a')], me)
    await submit(theirs, [postCommand('b')], other)
    await submit(closed, [{ id: newId(), kind: 'conversation.close', data: {} }], me)
    expect(await idsOf(me, { list: 'mine' })).toEqual([mine.id])
    expect(await idsOf(me, { list: 'unassigned' })).toEqual([nobodys.id])
    expect(await idsOf(me, { list: 'unassigned', status: 'closed' })).toEqual([closed.id])
    expect(new Set(await idsOf(me, { status: 'all' }))).toEqual(new Set(refs.map(({ id }) => id)))
    expect((await idsOf(me, { status: 'all', limit: 2 })).length).toBe(2)
    expect(await idsOf(me, { status: 'all', ids: [closed.id, nobodys.id, newId()] })).toHaveLength(2)
    expect(await idsOf(me, { list: 'mine', ids: [theirs.id] })).toEqual([])
    expect(await idsOf(me, { ids: [] })).toEqual([])
  })

  test('[ST9] a row has the preview, the contact and what this agent has not read', async () => {
    const { store, workspace, submit, conversation } = hand()
    const visitor = newVisitor()
    const { identity: id, contact, channel } = visitor
    const person = { id, contact, name: 'Made', email: 'made@example.com', now: 1 }
    await store.directory.ensureIdentity({ workspace, channel, kind: 'browser', key: 'k', ...person })
    const ref = await conversation(visitor, 'one', 'two')
    const [agent, colleague] = [newAgent(), newAgent()]
    await submit(ref, [postCommand('answer')], agent)
    await store.marks.advance(workspace, ref.id, { kind: 'agent', id: agent.id }, 'team', 2)
    const row = (await list(agent)).rows[0]
    expect(row).toMatchObject({
      preview: 'answer',
      contact: { id: contact, name: 'Made', email: 'made@example.com' },
      unread: 1,
    })
    expect((await list(colleague)).rows[0]?.unread).toBe(2)
  })

  test('[ST10] counts are of open conversations and stop at the cap', async () => {
    const { conversation, submit, store, workspace } = hand()
    const agent = newAgent()
    for (let n = 0; n < 6; n++) {
      const ref = await conversation(newVisitor(), 'hello')
      if (n < 2) await submit(ref, [postCommand('a')], agent)
      if (n === 5) await submit(ref, [{ id: newId(), kind: 'conversation.close', data: {} }], agent)
    }
    expect(await store.conversations.counts(workspace, agent, 100)).toEqual({ mine: 2, unassigned: 3, all: 5 })
    expect(await store.conversations.counts(workspace, agent, 3)).toEqual({ mine: 2, unassigned: 3, all: 3 })
  })

  test('[ST11] lists and counts hold exactly what canSee allows, on random data', async () => {
    const { plan, append, store, workspace } = hand()
    const agents = [newId(), newId(), newId()] as const
    const teams = [newId(), newId()] as const
    const agentId = fc.constantFrom(...agents)
    const placed = fc.record({
      team: fc.option(fc.constantFrom(...teams)),
      assignee: fc.option(agentId),
      participants: fc.uniqueArray(agentId),
    })
    const seeing = fc.record({
      id: agentId,
      role: fc.constantFrom('admin', 'supervisor', 'agent'),
      sight: fc.constantFrom<Sight>('all', 'teams', 'own'),
      teams: fc.uniqueArray(fc.constantFrom(...teams)),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(placed, { maxLength: 6 }),
        fc.array(seeing, { minLength: 1, maxLength: 8 }),
        async (rows, who) => {
          const ids: string[] = []
          for (const placement of rows) {
            const command = openCommand()
            const planned = await plan({ kind: 'conversation', id: command.id }, [command], newVisitor())
            const { stream } = planned
            if (stream.kind !== 'conversation' || stream.state === null) continue
            await append({ ...planned, stream: { ...stream, state: { ...stream.state, ...placement } } })
            ids.push(command.id)
          }
          for (const one of who) {
            const agent: AgentActor = { kind: 'agent', ...one }
            const expected = ids.filter((_, index) => {
              const row = rows[index]
              return row !== undefined && canSee(agent, { identities: [], ...row })
            })
            const { rows: seen } = await store.conversations.list(workspace, agent, {
              list: 'all',
              status: 'open',
              limit: 100,
              ids,
            })
            expect(new Set(seen.map(({ state }) => state.id))).toEqual(new Set(expected))
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  test('[ST11] who leaves a conversation that only participants see sees it no more', async () => {
    const { conversation, submit, raw } = hand()
    const [owner, guest] = [newAgent({ sight: 'own' }), newAgent({ sight: 'own' })]
    const ref = await conversation(newVisitor(), 'hello')
    expect(await idsOf(guest)).toEqual([])
    await submit(ref, [postCommand('mine')], { ...owner, sight: 'all' })
    await raw(ref, 'participant.joined', { agent: guest.id })
    expect(await idsOf(guest)).toEqual([ref.id])
    await raw(ref, 'participant.left', { agent: guest.id })
    expect(await idsOf(guest)).toEqual([])
    expect(await idsOf(owner)).toEqual([ref.id])
  })

  test('[ST12] a mark only advances, and not past the head', async () => {
    const { conversation, store, workspace } = hand()
    const reader = { kind: 'agent', id: newId() } as const
    const { id } = await conversation(newVisitor(), 'one', 'two', 'three')
    const advance = (upTo: number) => store.marks.advance(workspace, id, reader, 'team', upTo)
    expect(await advance(2)).toEqual({ reader, seq: 2, publicSeq: 2 })
    expect(await advance(2)).toBeNull()
    expect(await advance(1)).toBeNull()
    expect(await advance(99)).toEqual({ reader, seq: 4, publicSeq: 4 })
    expect(await advance(99)).toBeNull()
    expect(await store.marks.of(workspace, id)).toEqual([{ reader, seq: 4, publicSeq: 4 }])
    expect(await store.marks.advance(workspace, newId(), reader, 'team', 1)).toBeNull()
  })

  test('[ST12] marks of many conversations are read at once', async () => {
    const { conversation, store, workspace } = hand()
    const [one, two] = [await conversation(newVisitor(), 'one'), await conversation(newVisitor(), 'two')]
    const reader = { kind: 'agent', id: newId() } as const
    await store.marks.advance(workspace, one.id, reader, 'team', 1)
    await store.marks.advance(workspace, two.id, reader, 'team', 2)
    const quiet = newId()
    const found = await store.marks.ofMany(workspace, [one.id, two.id, quiet])
    expect(found.get(one.id)).toEqual([{ reader, seq: 1, publicSeq: 1 }])
    expect(found.get(two.id)).toEqual([{ reader, seq: 2, publicSeq: 2 }])
    expect(found.get(quiet) ?? []).toEqual([])
  })

  test('[ST12] a mark is known in both numberings', async () => {
    const { conversation, raw, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    for (let n = 0; n < 40; n++) await raw(ref, 'comment.posted')
    await submit(ref, [postCommand('hello')], visitor)
    await raw(ref, 'comment.posted')
    const agent = { kind: 'agent', id: newId() } as const
    const contact = { kind: 'visitor', id: visitor.identity } as const
    expect(await store.marks.advance(workspace, ref.id, agent, 'team', 30)).toMatchObject({ seq: 30, publicSeq: 1 })
    expect(await store.marks.advance(workspace, ref.id, agent, 'team', 43)).toMatchObject({ seq: 43, publicSeq: 2 })
    expect(await store.marks.advance(workspace, ref.id, contact, 'participants', 2)).toMatchObject({
      seq: 42,
      publicSeq: 2,
    })
  })

  test('[ST13] unread is what came after the mark, wherever the mark is', async () => {
    const { conversation, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const agent = newAgent()
    const ref = await conversation(visitor)
    for (let n = 0; n < 60; n++) await submit(ref, [postCommand(`${n}`)], n % 3 === 0 ? agent : visitor)
    const events = await store.log.events(workspace, ref, 'team', 0, 200)
    const incoming = (after: number) =>
      events.filter(({ seq, kind, actor }) => seq > after && kind === 'message.posted' && actor.kind === 'visitor')
        .length
    for (const upTo of [1, 5, 6, 40, 41, 55, 62]) {
      await store.marks.advance(workspace, ref.id, { kind: 'agent', id: agent.id }, 'team', upTo)
      expect((await list(agent)).rows[0]?.unread).toBe(incoming(upTo))
    }
  })

  test('[ST13] a visitor’s conversations come with what any of their identities has not read', async () => {
    const { conversation, submit, store, workspace, clock } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor, 'hello')
    clock.advance(1)
    const quiet = await conversation(visitor)
    await conversation(newVisitor())
    clock.advance(1)
    await submit(ref, [postCommand('one'), postCommand('two')], newAgent())
    const signedIn = withIdentity(visitor, newId())
    const heads = async () =>
      (await store.conversations.ofIdentities(workspace, 'acme', signedIn.identities)).map(({ state, unread }) => [
        state.id,
        unread,
      ])
    expect(await heads()).toEqual([
      [ref.id, 2],
      [quiet.id, 0],
    ])
    const before = { kind: 'visitor', id: visitor.identity } as const
    await store.marks.advance(workspace, ref.id, before, 'participants', 4)
    expect((await heads())[0]).toEqual([ref.id, 1])
    const signed = { kind: 'visitor', id: signedIn.identity } as const
    await store.marks.advance(workspace, ref.id, signed, 'participants', 5)
    expect((await heads())[0]).toEqual([ref.id, 0])
    expect(await store.conversations.ofIdentities(workspace, 'other', signedIn.identities)).toEqual([])
  })
}
