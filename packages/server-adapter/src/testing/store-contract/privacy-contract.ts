import { expect, test } from 'vitest'
import { newAgent, newId, newVisitor, postCommand, type Hand } from './fixture.ts'

/** What is held on people: found, and taken away. */
export function testPrivacyContract(hand: () => Hand): void {
  /** A person as the directory knows them. */
  async function person(over: { kind?: 'browser' | 'user'; key?: string; email?: string | null } = {}) {
    const { store, workspace, clock } = hand()
    const { kind = 'user', key = newId(), email = null } = over
    const names = { id: newId(), contact: newId(), name: 'Sari' }
    await store.directory.ensureIdentity({ ...names, workspace, channel: 'acme', kind, key, email, now: clock.now() })
    const visitor = { ...newVisitor(), identity: names.id, identities: [names.id], contact: names.contact }
    return { ...names, key, visitor }
  }

  test('[ST32] contacts are found by their id, an identity or an e-mail address in any letter case', async () => {
    const { store, workspace } = hand()
    const sari = await person({ key: 'user-7', email: 'Sari@acme.example' })
    const browser = await person({ kind: 'browser', key: 'a-hash' })
    for (const wanted of [sari.contact, sari.id, 'sari@ACME.example']) {
      const [held, ...others] = await store.privacy.contacts(workspace, wanted)
      expect(others).toEqual([])
      expect(held).toMatchObject({ id: sari.contact, name: 'Sari', email: 'Sari@acme.example' })
      expect(held?.identities).toMatchObject([{ id: sari.id, channel: 'acme', kind: 'user', subject: 'user-7' }])
    }
    expect((await store.privacy.contacts(workspace, browser.id))[0]?.identities).toMatchObject([{ subject: null }])
    expect(await store.privacy.contacts(workspace, 'nobody@acme.example')).toEqual([])
    expect(await store.privacy.contacts(newId(), sari.contact)).toEqual([])
  })

  test('[ST32] the browser that a signed-in person took over is theirs too', async () => {
    const { store, workspace, clock } = hand()
    const [browser, user] = [await person({ kind: 'browser' }), await person()]
    await store.directory.retireIdentity(workspace, browser.id, user.id, clock.now())
    const held = await store.privacy.contacts(workspace, user.contact)
    expect(new Set(held.map(({ id }) => id))).toEqual(new Set([browser.contact, user.contact]))
    expect(await store.privacy.contacts(workspace, browser.contact)).toHaveLength(1)
  })

  test('[ST32] a forgotten contact has no name, no address, and no way back in', async () => {
    const { store, workspace, clock } = hand()
    const sari = await person({ email: 'sari@acme.example' })
    const other = await person()
    await store.privacy.forget(workspace, sari.contact)
    expect(await store.privacy.contacts(workspace, 'sari@acme.example')).toEqual([])
    expect(await store.privacy.contacts(workspace, sari.contact)).toMatchObject([
      { name: '', email: null, identities: [{ id: sari.id, subject: null }] },
    ])
    expect(await store.directory.findIdentity(workspace, 'acme', 'user', sari.key, clock.now())).toBeNull()
    expect(await store.directory.findIdentity(workspace, 'acme', 'user', other.key, clock.now())).not.toBeNull()
    expect(await store.directory.endedIdentities(workspace, [sari.id, other.id])).toEqual([sari.id])
  })

  test('[ST32] content goes from a stretch of one conversation, and the envelopes stay', async () => {
    const { store, workspace, conversation } = hand()
    const [mine, other] = [newVisitor(), newVisitor()]
    const texts = Array.from({ length: 100 }, (_, n) => `word ${n}`)
    const ref = await conversation(mine, ...texts)
    const untouched = await conversation(other, 'still here')
    expect(await store.privacy.conversations(workspace, mine.identities)).toEqual([ref.id])
    await store.privacy.removeContent(workspace, ref.id, 10, 40)
    const events = await store.log.events(workspace, ref, 'team', 0, 200)
    expect(events.map(({ seq }) => seq)).toEqual(texts.concat('opened').map((_, at) => at + 1))
    for (const { seq, content } of events.slice(1)) {
      if (seq > 10 && seq <= 40) expect(content).toBeNull()
      else expect(content).toEqual({ text: texts[seq - 2] })
    }
    // Up to the newest, where no anchor lies above.
    await store.privacy.removeContent(workspace, ref.id, 0, 101)
    const { items } = await store.log.items(workspace, ref.id, 'participants', null, 200)
    expect(items.filter(({ content }) => content !== undefined && content !== null)).toEqual([])
    expect((await store.log.items(workspace, untouched.id, 'team', null, 10)).items.at(-1)?.content).toEqual({
      text: 'still here',
    })
  })

  test('[ST33] below the number where retention has cut, a conversation has no items', async () => {
    const { store, workspace, conversation, raw, state, submit } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor, 'one', 'two')
    const { seq } = await raw(ref, 'content.erased', { reason: 'retention' })
    expect((await state(ref)).state).toMatchObject({ firstSeq: seq, page: null })
    await submit(ref, [postCommand('three')], visitor)
    for (const audience of ['team', 'participants'] as const) {
      const { items, hasOlder } = await store.log.items(workspace, ref.id, audience, null, 10)
      expect(items.map(({ content }) => content)).toEqual([{ text: 'three' }])
      expect(hasOlder).toBe(false)
    }
  })

  test('[ST33] closed conversations are found from the one that moved least recently', async () => {
    const { store, workspace, conversation, submit, clock } = hand()
    const agent = newAgent()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const ref = await conversation(newVisitor(), `number ${n}`)
      clock.advance(1_000)
      if (n !== 2) await submit(ref, [{ id: newId(), kind: 'conversation.close', data: {} }], agent)
      if (n !== 2) ids.push(ref.id)
    }
    const first = await store.privacy.closed(workspace, clock.now(), null, 3)
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 3))
    const last = first.at(-1)
    const rest = await store.privacy.closed(workspace, clock.now(), last ?? null, 3)
    expect(rest.map(({ id }) => id)).toEqual(ids.slice(3))
    expect(await store.privacy.closed(workspace, first[0]?.movedAt ?? 0, null, 3)).toEqual([])
  })

  test('[ST32] jobs of a conversation go, and the next event arms them anew', async () => {
    const { store, workspace, conversation, submit } = hand()
    const visitor = newVisitor()
    const ref = await conversation(visitor, 'hello')
    const count = async () =>
      (await store.jobs.claim('mail', 10, 0)).filter(({ stream }) => stream.id === ref.id).length
    expect(await count()).toBe(1)
    await store.privacy.removeJobs(workspace, ref.id)
    expect(await count()).toBe(0)
    await submit(ref, [postCommand('again')], visitor)
    expect(await count()).toBe(1)
  })
}
