import { expect, test } from 'vitest'
import { givenName, givenNameAmong, madeUpName } from './contact-name.ts'

const nobody = { contact: '3f9a0000-0000-4000-8000-000000000000', name: 'Visitor 3F9A' }

test('[IN27] a name that was made of the contact’s own id is none that anybody gave', () => {
  expect(madeUpName(nobody.contact)).toBe(nobody.name)
  expect(givenName(nobody)).toBe('')
  expect(givenName({ ...nobody, name: 'Visitor 1234' })).toBe('Visitor 1234')
  expect(givenName({ ...nobody, name: 'Ana' })).toBe('Ana')
})

test('[IN27] of several identities the first that has a name gives it', () => {
  const people = new Map([
    ['browser', nobody],
    ['mail', { contact: 'b', name: 'Ana Wijaya' }],
    ['account', { contact: 'c', name: 'Ana W.' }],
  ])
  expect(givenNameAmong(['browser', 'gone', 'mail', 'account'], people)).toBe('Ana Wijaya')
  expect(givenNameAmong(['browser', 'gone'], people)).toBe('')
})
