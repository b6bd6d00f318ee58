import type { StreamRef } from '@pendopo/protocol'
import { expect, test } from 'vitest'
import { newAgent, newId, newVisitor, openCommand, postCommand, type Hand } from './fixture.ts'

const texts = (events: readonly { readonly content?: { readonly text?: string | undefined } | null | undefined }[]) =>
  events.map(({ content }) => content?.text ?? null)

/** Append, load, events, items, content. */
export function testLogContract(hand: () => Hand): void {
  test('[ST1] what was appended is read back whole, in order', async () => {
    const { conversation, store, workspace } = hand()
    const ref = await conversation(newVisitor(), 'one', 'two')
    const events = await store.log.events(workspace, ref, 'team', 0, 10)
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(texts(events)).toEqual([null, 'one', 'two'])
  })

  test('[ST1] an envelope keeps author, origin and the author’s time', async () => {
    const { plan, append, store, workspace } = hand()
    const command = openCommand()
    const ref: StreamRef = { kind: 'conversation', id: command.id }
    const planned = await plan(ref, [{ ...command, occurredAt: 5 }], newVisitor())
    const extra = { author: { kind: 'bot', name: 'Ada' }, origin: { connector: 'mail', externalId: 'x' } } as const
    const events = planned.events.map((event) => ({ ...event, ...extra }))
    await append({ ...planned, events })
    expect(await store.log.events(workspace, ref, 'team', 0, 10)).toEqual(events)
  })

  test('[ST2] an append at another number than the stream’s is a conflict and stores nothing', async () => {
    const { conversation, plan, append, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const first = await plan(ref, [postCommand('first')], visitor)
    const late = await plan(ref, [postCommand('late')], visitor)
    expect(await append(first)).toEqual(['appended'])
    expect(await append(late)).toEqual(['conflict'])
    expect(texts(await store.log.events(workspace, ref, 'team', 1, 10))).toEqual(['first'])
  })

  test('[ST2] creating a stream twice is a conflict for the second', async () => {
    const { plan, append } = hand()
    const visitor = newVisitor()
    const command = openCommand()
    const planned = await plan({ kind: 'conversation', id: command.id }, [command], visitor)
    expect(await append(planned)).toEqual(['appended'])
    expect(await append(planned)).toEqual(['conflict'])
  })

  test('[ST2] a stored command id is a conflict in any stream, and rolls back what its stream had written', async () => {
    const { conversation, plan, append, store, workspace, state } = hand()
    const visitor = newVisitor()
    const [one, two] = [await conversation(visitor), await conversation(visitor)]
    const repeated = postCommand('twice')
    const here = await plan(one, [repeated], visitor)
    const there = await plan(two, [postCommand('before it'), repeated], visitor)
    expect(await append(here)).toEqual(['appended'])
    expect(await append(there)).toEqual(['conflict'])
    expect((await state(two)).state?.seq).toBe(1)
    expect(await store.log.events(workspace, two, 'team', 1, 10)).toEqual([])
  })

  test('[ST3] one conflict in a group leaves the others untouched', async () => {
    const { conversation, plan, append, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const refs = [await conversation(visitor), await conversation(visitor), await conversation(visitor)] as const
    const stale = await plan(refs[1], [postCommand('stale')], visitor)
    await submit(refs[1], [postCommand('came first')], visitor)
    const repeated = postCommand('again')
    await submit(refs[0], [repeated], visitor)
    const twice = { ...(await plan(refs[2], [postCommand('x')], visitor)) }
    const reused = { ...twice, known: twice.known.map((known) => ({ ...known, id: repeated.id })) }
    const bad = { ...reused, events: reused.events.map((event) => ({ ...event, command: repeated.id })) }
    const fine = await plan(refs[0], [postCommand('fine')], visitor)
    expect(await append(stale, bad, fine)).toEqual(['conflict', 'conflict', 'appended'])
    expect(texts(await store.log.events(workspace, refs[0], 'team', 1, 10))).toEqual(['again', 'fine'])
    expect(await store.log.events(workspace, refs[2], 'team', 1, 10)).toEqual([])
  })

  test('[ST4] stored commands are known with their outcome, those never stored are not', async () => {
    const { conversation, submit, store, workspace } = hand()
    const agent = newAgent()
    const ref = await conversation(newVisitor(), 'hello')
    const answer = postCommand('answer')
    const { known: remembered } = await submit(ref, [answer], agent)
    const { known } = await store.log.load(workspace, [], [answer.id, newId()])
    expect([...known.keys()]).toEqual([answer.id])
    expect(known.get(answer.id)).toEqual(remembered[0])
    expect(known.get(answer.id)?.first.seq).toBe(3)
    expect(known.get(answer.id)?.last.seq).toBe(4)
  })

  test('[ST3] many repeats in a group leave the others untouched', async () => {
    const { conversation, plan, append, store, workspace } = hand()
    const visitor = newVisitor()
    const refs = await Promise.all(Array.from({ length: 12 }, () => conversation(visitor)))
    const group = await Promise.all(refs.map((ref, n) => plan(ref, [postCommand(`${n}`)], visitor)))
    const repeats = group.filter((_, n) => n % 3 !== 0)
    await append(...repeats)
    // The same numbers again would be a conflict by itself: these claim to come after the first.
    const late = await Promise.all(
      group.map(async (one, n) => {
        if (n % 3 === 0) return one
        const { stream, events, expectedSeq } = await plan(refs[n] ?? one.stream, [postCommand('later')], visitor)
        const again = one.events[0]?.command ?? ''
        const known = one.known.map((command) => {
          const place = { ...command.first, seq: expectedSeq + 1 }
          return { ...command, first: place, last: place }
        })
        return { expectedSeq, stream, known, events: events.map((event) => ({ ...event, command: again })) }
      }),
    )
    expect(await append(...late)).toEqual(group.map((_, n) => (n % 3 === 0 ? 'appended' : 'conflict')))
    for (const [n, ref] of refs.entries())
      expect(texts(await store.log.events(workspace, ref, 'team', 1, 10))).toEqual([`${n}`])
  })

  test('[ST4] load gives states as they were appended, and null for what does not exist', async () => {
    const { conversation, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const { stream } = await submit(ref, [postCommand('hello')], visitor)
    const missing: StreamRef = { kind: 'conversation', id: newId() }
    const { streams } = await store.log.load(workspace, [ref, missing, { kind: 'agent', id: newId() }], [])
    expect(streams.get(ref.id)).toEqual(stream)
    expect(streams.get(missing.id)).toEqual({ ...missing, state: null })
    expect(streams.size).toBe(3)
  })

  test('[ST4] an id of another kind of stream is not that stream', async () => {
    const { conversation, store, workspace } = hand()
    const { id } = await conversation(newVisitor())
    const { streams } = await store.log.load(workspace, [{ kind: 'agent', id }], [])
    expect(streams.get(id)).toEqual({ kind: 'agent', id, state: null })
    expect(await store.log.events(workspace, { kind: 'agent', id }, 'team', 0, 10)).toEqual([])
  })

  test('[ST5] nothing of one workspace shows in another', async () => {
    const { conversation, store } = hand()
    const ref = await conversation(newVisitor(), 'secret')
    const other = newId()
    const { streams, known } = await store.log.load(other, [ref], [ref.id])
    expect(streams.get(ref.id)?.state).toBeNull()
    expect(known.size).toBe(0)
    expect(await store.log.events(other, ref, 'team', 0, 10)).toEqual([])
    expect((await store.log.items(other, ref.id, 'team', null, 10)).items).toEqual([])
  })

  test('[ST6] events page in each audience’s numbering, with internal events between', async () => {
    const { conversation, raw, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    for (let n = 0; n < 100; n++) {
      await raw(ref, 'comment.posted', {}, { text: `internal ${n}` })
      if (n % 2 === 0) await submit(ref, [postCommand(`public ${n}`)], visitor)
    }
    const page = await store.log.events(workspace, ref, 'team', 10, 50)
    expect(page.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 11))
    const publicPage = await store.log.events(workspace, ref, 'participants', 10, 20)
    expect(publicPage.map(({ publicSeq }) => publicSeq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 11))
    expect(texts(publicPage)[0]).toBe('public 18')
    expect(await store.log.events(workspace, ref, 'participants', 51, 20)).toEqual([])
    expect((await store.log.events(workspace, ref, 'team', 140, 300)).length).toBe(11)
  })

  test('[ST6] pages of items meet without a gap or an overlap', async () => {
    const { conversation, raw, submit, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    for (let n = 0; n < 150; n++) {
      if (n % 3 > 0) await raw(ref, n % 2 === 0 ? 'comment.posted' : 'identity.added', { identity: newId() })
      else await submit(ref, [postCommand(`${n}`)], visitor)
    }
    for (const audience of ['team', 'participants'] as const) {
      const collected: number[] = []
      let before: number | null = null
      for (;;) {
        const page = await store.log.items(workspace, ref.id, audience, before, 17)
        const numbers = page.items.map(({ n }) => n)
        collected.unshift(...numbers)
        before = numbers[0] ?? null
        if (!page.hasOlder) break
        expect(numbers.length).toBe(17)
      }
      const events = await store.log.events(workspace, ref, audience, 0, 1_000)
      const shown = events.filter(({ kind }) => kind !== 'identity.added')
      expect(collected).toEqual(shown.map(({ seq, publicSeq }) => (audience === 'team' ? seq : publicSeq)))
    }
  })

  test('[ST22] what came after in many streams is read at once, in order and up to the limit', async () => {
    const { conversation, store, workspace } = hand()
    const one = await conversation(newVisitor(), 'a', 'b', 'c')
    const two = await conversation(newVisitor(), 'd')
    const missing: StreamRef = { kind: 'conversation', id: newId() }
    const tails = await store.log.tails(
      workspace,
      [
        { stream: one, after: 1 },
        { stream: two, after: 2 },
        { stream: missing, after: 0 },
      ],
      2,
    )
    expect(tails.get(one.id)).toEqual(await store.log.events(workspace, one, 'team', 1, 2))
    expect(texts(tails.get(one.id) ?? [])).toEqual(['a', 'b'])
    expect(tails.get(two.id) ?? []).toEqual([])
    expect(tails.get(missing.id) ?? []).toEqual([])
    const whole = await store.log.tails(workspace, [{ stream: two, after: 0 }], 100)
    expect(whole.get(two.id)?.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('[ST7] an edit shows in items and in events, and the old words are gone', async () => {
    const { conversation, submit, raw, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const message = postCommand('frist')
    await submit(ref, [message], visitor)
    const edit = await raw(ref, 'message.edited', { message: message.id }, { text: 'first' })
    const { items } = await store.log.items(workspace, ref.id, 'participants', null, 10)
    expect(items.at(-1)).toMatchObject({ id: message.id, content: { text: 'first' }, editedAt: edit.at })
    expect(texts(await store.log.events(workspace, ref, 'team', 1, 10))).toEqual(['first', 'first'])
  })

  test('[ST7] a message that is not the first event of its command is edited all the same', async () => {
    const { conversation, submit, raw, store, workspace } = hand()
    const ref = await conversation(newVisitor(), 'hello')
    const answer = postCommand('answr')
    await submit(ref, [answer], newAgent())
    await raw(ref, 'message.edited', { message: answer.id }, { text: 'answer' })
    const { items } = await store.log.items(workspace, ref.id, 'team', null, 10)
    expect(items.at(-2)?.kind).toBe('conversation.assigned')
    expect(items.at(-1)).toMatchObject({ kind: 'message.posted', content: { text: 'answer' } })
  })

  test('[ST7] retraction and erasure empty the content and keep the envelope', async () => {
    const { conversation, submit, raw, store, workspace } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor)
    const [retracted, erased] = [postCommand('oops'), postCommand('private')]
    await submit(ref, [retracted, erased], visitor)
    await raw(ref, 'message.edited', { message: erased.id }, { text: 'very private' })
    await raw(ref, 'message.retracted', { message: retracted.id })
    await raw(ref, 'content.erased', { message: erased.id })
    const { items } = await store.log.items(workspace, ref.id, 'team', null, 10)
    expect(items.find(({ id }) => id === retracted.id)).toMatchObject({ content: null, retracted: true })
    expect(items.find(({ id }) => id === erased.id)).toMatchObject({ content: null })
    expect(items.find(({ id }) => id === erased.id)).not.toHaveProperty('retracted')
    const events = await store.log.events(workspace, ref, 'team', 1, 10)
    expect(texts(events)).toEqual([null, null, null, null, null])
    const agent = newAgent()
    const { rows } = await store.conversations.list(workspace, agent, { list: 'all', status: 'open', limit: 1 })
    expect(rows[0]?.preview).toBe('')
  })

  test('[ST7] an edit of a message of another conversation changes nothing', async () => {
    const { conversation, submit, raw, store, workspace } = hand()
    const visitor = newVisitor()
    const [one, two] = [await conversation(visitor), await conversation(visitor)]
    const message = postCommand('mine')
    await submit(one, [message], visitor)
    await raw(two, 'message.edited', { message: message.id }, { text: 'yours' })
    expect(texts((await store.log.items(workspace, one.id, 'team', null, 1)).items)).toEqual(['mine'])
  })

  test('[LG6] open conversations are found by any identity, on their channel, the newest first', async () => {
    const { conversation, submit, store, workspace, clock } = hand()
    const visitor = newVisitor()
    const older = await conversation(visitor)
    clock.advance(1)
    const newer = await conversation(visitor)
    const lookup = { channel: 'acme', identities: [newId(), visitor.identity] }
    const find = async () => await store.log.openConversations(workspace, [lookup, { ...lookup, channel: 'other' }])
    expect(await find()).toEqual([newer.id, null])
    await submit(newer, [{ id: newId(), kind: 'conversation.close', data: {} }], newAgent())
    expect(await find()).toEqual([older.id, null])
  })

  test('[ST4] an agent’s stream is stored like any other', async () => {
    const { submit, store, workspace } = hand()
    const agent = newAgent()
    await store.directory.addAgent({
      id: agent.id,
      workspace,
      email: `${agent.id}@example.com`,
      name: 'Ayu',
      role: 'agent',
      sight: 'all',
      teams: [],
      passwordHash: '',
      active: true,
      createdAt: 1,
    })
    const ref: StreamRef = { kind: 'agent', id: agent.id }
    await submit(ref, [{ id: newId(), kind: 'agent.set-presence', data: { presence: 'break' } }], agent)
    const states = await store.directory.agentStates(workspace)
    expect(states.get(agent.id)?.presence).toBe('break')
    expect((await store.log.events(workspace, ref, 'team', 0, 10)).length).toBe(1)
  })

  test('[ST8] a closed store answers unavailable', async () => {
    const { store, workspace } = hand()
    await store.close()
    await expect(store.log.load(workspace, [], [])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.log.append(workspace, [])).rejects.toMatchObject({ code: 'unavailable' })
    await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' })
    await store.close()
  })
}
