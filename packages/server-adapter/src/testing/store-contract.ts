// What every store must do, as a test suite: `testStore('name', open)` inside a test file runs all of it on one
// implementation. A new store passes this before it is used for anything.

import { afterEach, beforeEach, describe } from 'vitest'
import { testDirectoryContract } from './store-contract/directory-contract.ts'
import { createHand, createStandingClock, type Hand, type OpenStore } from './store-contract/fixture.ts'
import { CONTRACT_READERS, testJobsContract } from './store-contract/jobs-contract.ts'
import { testListsContract } from './store-contract/lists-contract.ts'
import { testLogContract } from './store-contract/log-contract.ts'

export function testStore(name: string, open: OpenStore): void {
  describe(`the ${name} store`, () => {
    let current: Hand | undefined
    const hand = (): Hand => {
      if (current === undefined) throw new TypeError('unable to test; no store is open')
      return current
    }
    beforeEach(async () => {
      const clock = createStandingClock()
      current = await createHand(await open({ readers: CONTRACT_READERS, now: clock.now }), clock)
    })
    afterEach(async () => {
      await current?.store.close()
    })
    testLogContract(hand)
    testListsContract(hand)
    testDirectoryContract(hand)
    testJobsContract(hand)
  })
}
