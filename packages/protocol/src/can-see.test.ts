import { expect, it } from 'vitest'
import { canSee, type Visible } from './can-see.ts'
import { ayu, budi, dewi, stranger, uuid, visitor } from './testing-actors.ts'

const conversation: Visible = {
  identities: [visitor.identity],
  team: uuid(0x71),
  assignee: ayu.id,
  participants: [ayu.id],
}

it('a visitor sees what one of their identities took part in', () => {
  expect(canSee(visitor, conversation)).toBe(true)
  expect(canSee(stranger, conversation)).toBe(false)
  expect(canSee({ ...stranger, identities: [stranger.identity, visitor.identity] }, conversation)).toBe(true)
})

it('an agent sees all, their teams’, or their own', () => {
  expect(canSee(budi, conversation)).toBe(true)
  expect(canSee({ ...budi, sight: 'own' }, conversation)).toBe(false)
  expect(canSee({ ...ayu, sight: 'own' }, conversation)).toBe(true)
  expect(canSee({ ...budi, sight: 'own' }, { ...conversation, participants: [budi.id] })).toBe(true)
  expect(canSee({ ...budi, sight: 'teams', teams: [uuid(0x71)] }, conversation)).toBe(true)
  expect(canSee({ ...budi, sight: 'teams', teams: [uuid(0x72)] }, conversation)).toBe(false)
  expect(canSee({ ...budi, sight: 'teams' }, { ...conversation, team: null })).toBe(false)
})

it('an admin and the readers see everything', () => {
  expect(canSee({ ...dewi, sight: 'own' }, conversation)).toBe(true)
  expect(canSee({ kind: 'system', id: 'idle-close' }, conversation)).toBe(true)
})
