import { LIMITS } from '@pendopo/protocol'
import { expect, test } from 'vitest'
import type { Agent, Site } from '../../store/store.ts'
import { newId, type Hand } from './fixture.ts'

/** Sites, agents, identities, sessions. */
export function testDirectoryContract(hand: () => Hand): void {
  const site = (over: Partial<Site> = {}): Site => ({
    id: 'acme',
    workspace: hand().workspace,
    name: 'Acme',
    origins: ['https://acme.example'],
    key: 'key',
    secret: 'secret',
    identityKeys: [],
    config: { accent: '#123456' },
    createdAt: 1,
    ...over,
  })
  const agent = (over: Partial<Agent> = {}): Agent => ({
    id: newId(),
    workspace: hand().workspace,
    email: 'ayu@acme.example',
    name: 'Ayu',
    role: 'supervisor',
    sight: 'teams',
    teams: [newId()],
    passwordHash: 'hash',
    active: true,
    createdAt: 1,
    ...over,
  })

  test('[ST14] there is one workspace at first, and it stays the same', async () => {
    const { store, workspace } = hand()
    expect(await store.directory.defaultWorkspace()).toBe(workspace)
  })

  test('[ST14] a site is stored whole, changed in part, and its id is taken once', async () => {
    const { directory } = hand().store
    await directory.addSite(site())
    expect(await directory.site('acme')).toEqual(site())
    expect(await directory.site('nobody')).toBeNull()
    await expect(directory.addSite(site({ name: 'Another' }))).rejects.toMatchObject({ code: 'taken' })
    await directory.updateSite('acme', { origins: ['https://www.acme.example'], config: {} })
    expect(await directory.sites()).toEqual([site({ origins: ['https://www.acme.example'], config: {} })])
    const identityKeys = [{ kid: '2026', algorithm: 'EdDSA' as const, key: 'PEM', createdAt: 2 }]
    await directory.updateSite('acme', { secret: '', identityKeys })
    expect(await directory.site('acme')).toMatchObject({ secret: '', identityKeys })
  })

  test('[ST14] an agent is found by an address however it is written, and the address is taken once', async () => {
    const { store, workspace } = hand()
    const { directory } = store
    const ayu = agent()
    await directory.addAgent(ayu)
    expect(await directory.agent(ayu.id)).toEqual(ayu)
    expect(await directory.agentByEmail('AYU@acme.example')).toEqual(ayu)
    expect(await directory.agentByEmail('made@acme.example')).toBeNull()
    await expect(directory.addAgent(agent({ email: 'Ayu@Acme.example' }))).rejects.toMatchObject({ code: 'taken' })
    await directory.updateAgent(ayu.id, { active: false, role: 'admin' })
    expect(await directory.agents(workspace)).toEqual([{ ...ayu, active: false, role: 'admin' }])
    expect(await directory.agents(newId())).toEqual([])
  })

  const identity = (over: { key?: string; now?: number; kind?: 'browser' | 'user' } = {}) => ({
    workspace: hand().workspace,
    channel: 'acme',
    kind: 'browser' as const,
    key: 'hash',
    id: newId(),
    contact: newId(),
    name: 'Made',
    email: null,
    now: 1_000,
    ...over,
  })

  test('[ST15] looking for an identity creates nothing; ensuring it creates it once', async () => {
    const { store, workspace } = hand()
    const { directory } = store
    expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', 1)).toBeNull()
    const made = identity()
    const all = await Promise.all([directory.ensureIdentity(made), directory.ensureIdentity(identity())])
    expect(all[0]).toEqual({ id: made.id, contact: made.contact, contactName: 'Made', isRetired: false })
    expect(all[1]).toEqual(all[0])
    expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', 2_000)).toEqual(all[0])
    expect(await directory.findIdentity(workspace, 'other', 'browser', 'hash', 2_000)).toBeNull()
    expect(await directory.findIdentity(workspace, 'acme', 'user', 'hash', 2_000)).toBeNull()
    const people = await directory.peopleByIdentity(workspace, [made.id, newId()])
    expect([...people]).toEqual([[made.id, { contact: made.contact, name: 'Made' }]])
  })

  test('[ST15] an anonymous token lapses when it has not been used for long, a signed one does not', async () => {
    const { store, workspace } = hand()
    const { directory } = store
    const first = await directory.ensureIdentity(identity())
    const day = 86_400_000
    let now = 1_000
    for (let n = 0; n < 3; n++) {
      now += LIMITS.visitorTokenMs - day
      expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', now)).toEqual(first)
    }
    now += LIMITS.visitorTokenMs + 1
    expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', now)).toBeNull()
    const second = await directory.ensureIdentity(identity({ now }))
    expect(second.id).not.toBe(first.id)
    expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', now)).toEqual(second)
    expect((await directory.peopleByIdentity(workspace, [first.id])).size).toBe(1)
    const user = await directory.ensureIdentity(identity({ kind: 'user', key: 'u1' }))
    expect(await directory.findIdentity(workspace, 'acme', 'user', 'u1', now)).toEqual(user)
  })

  test('[ST30] a retired identity is told as such, nobody becomes it again, and its user keeps it', async () => {
    const { store, workspace } = hand()
    const { directory } = store
    const user = await directory.ensureIdentity(identity({ kind: 'user', key: 'u1' }))
    const [first, other] = [
      await directory.ensureIdentity(identity()),
      await directory.ensureIdentity(identity({ key: 'b' })),
    ]
    await directory.retireIdentity(workspace, first.id, user.id, 2_000)
    await directory.retireIdentity(workspace, first.id, other.id, 3_000)
    await directory.retireIdentity(workspace, other.id, null, 2_000)
    expect(await directory.identitiesClaimedBy(workspace, user.id)).toEqual([first.id])
    expect(await directory.identitiesClaimedBy(workspace, other.id)).toEqual([])
    const found = await directory.findIdentity(workspace, 'acme', 'browser', 'hash', 2_000)
    expect(found).toEqual({ ...first, isRetired: true })
    const next = await directory.ensureIdentity(identity())
    expect(next).toMatchObject({ isRetired: false })
    expect(next.id).not.toBe(first.id)
    expect(await directory.findIdentity(workspace, 'acme', 'browser', 'hash', 2_000)).toEqual(next)
    // Of many at once, those that nobody is any more; who has no row yet is somebody.
    const asked = [first.id, user.id, other.id, next.id, newId()]
    expect(new Set(await directory.endedIdentities(workspace, asked))).toEqual(new Set([first.id, other.id]))
    expect(await directory.endedIdentities(newId(), asked)).toEqual([])
    expect(await directory.endedIdentities(workspace, [])).toEqual([])
  })

  test('[ST16] sessions are found many at once with their agents, and not those of agents who are gone', async () => {
    const { directory, sessions } = hand().store
    const [one, two] = [agent(), agent({ email: 'made@acme.example' })]
    await directory.addAgent(one)
    await directory.addAgent(two)
    const session = (tokenHash: string, of: Agent) => ({ tokenHash, agent: of.id, createdAt: 10, usedAt: 20 })
    for (const each of [session('a', one), session('b', one), session('c', two)]) await sessions.add(each)
    expect(await sessions.findAll([])).toEqual([])
    await directory.updateAgent(two.id, { active: false })
    await directory.updateAgent(one.id, { role: 'admin' })
    const found = await sessions.findAll(['c', 'nobody', 'a'])
    expect(found).toEqual([{ session: session('a', one), agent: { ...one, role: 'admin' } }])
  })

  test('[ST16] sessions are found until removed, one by one, by agent or by age', async () => {
    const { directory, sessions } = hand().store
    const [one, two] = [agent(), agent({ email: 'made@acme.example' })]
    await directory.addAgent(one)
    await directory.addAgent(two)
    const session = (tokenHash: string, of: Agent, createdAt: number, usedAt: number) => ({
      tokenHash,
      agent: of.id,
      createdAt,
      usedAt,
    })
    for (const each of [
      session('a', one, 10, 10),
      session('b', one, 20, 20),
      session('c', two, 30, 30),
      session('d', two, 40, 40),
    ])
      await sessions.add(each)
    expect(await sessions.find('a')).toEqual(session('a', one, 10, 10))
    await sessions.touch(['a', 'nobody'], 50)
    expect((await sessions.find('a'))?.usedAt).toBe(50)
    await sessions.removeBefore(5, 25)
    expect(await sessions.find('b')).toBeNull()
    await sessions.removeBefore(15, 0)
    expect(await sessions.find('a')).toBeNull()
    await sessions.remove('c')
    expect(await sessions.find('c')).toBeNull()
    await sessions.removeOf(two.id)
    expect(await sessions.find('d')).toBeNull()
  })

  test('[ST35] a second step is on once confirmed, and what is spent is spent', async () => {
    const { directory, twoStep } = hand().store
    const [{ id }, other] = [agent(), agent({ email: 'made@acme.example' })]
    await directory.addAgent(agent({ id }))
    await directory.addAgent(other)
    expect(await twoStep.find(id)).toBeNull()
    expect(await twoStep.propose(id, 'FIRST', 1)).toBe(true)
    expect(await twoStep.propose(id, 'SECOND', 2)).toBe(true)
    expect(await twoStep.find(id)).toEqual({ secret: 'SECOND', isOn: false, recoveryCodes: 0 })
    expect(await twoStep.spendStep(id, 100)).toBe(false)
    expect(await twoStep.confirm(id, 'FIRST', 100, ['a'])).toBe(false)
    expect(await twoStep.confirm(other.id, 'SECOND', 100, ['a'])).toBe(false)
    expect(await twoStep.confirm(id, 'SECOND', 100, ['a', 'b'])).toBe(true)
    expect(await twoStep.confirm(id, 'SECOND', 101, ['c'])).toBe(false)
    expect(await twoStep.propose(id, 'THIRD', 3)).toBe(false)
    expect(await twoStep.find(id)).toEqual({ secret: 'SECOND', isOn: true, recoveryCodes: 2 })

    expect(await twoStep.spendStep(id, 100)).toBe(false)
    const spent = await Promise.all(Array.from({ length: 5 }, () => twoStep.spendStep(id, 101)))
    expect(spent.filter(Boolean)).toHaveLength(1)
    expect(await twoStep.spendStep(id, 99)).toBe(false)
    const recovered = await Promise.all(Array.from({ length: 5 }, () => twoStep.spendRecoveryCode(id, 'a')))
    expect(recovered.filter(Boolean)).toHaveLength(1)
    expect(await twoStep.spendRecoveryCode(other.id, 'b')).toBe(false)
    expect(await twoStep.find(id)).toEqual({ secret: 'SECOND', isOn: true, recoveryCodes: 1 })

    await twoStep.remove(id)
    expect(await twoStep.find(id)).toBeNull()
    expect(await twoStep.spendRecoveryCode(id, 'b')).toBe(false)
    expect(await twoStep.propose(id, 'FOURTH', 4)).toBe(true)
  })
}
