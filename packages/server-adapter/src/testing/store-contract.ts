// What every store must do, as a test suite: `testStore('name', open)` inside a test file runs all of it on one
// implementation. A new store passes this before it is used for anything.

import { afterEach, beforeEach, describe } from 'vitest'
import { testCellsContract } from './store-contract/cells-contract.ts'
import { testConcurrencyContract } from './store-contract/concurrency-contract.ts'
import { testDirectoryContract } from './store-contract/directory-contract.ts'
import { testFilesContract } from './store-contract/files-contract.ts'
import { createHand, createStandingClock, type Hand, type OpenStore } from './store-contract/fixture.ts'
import { CONTRACT_READERS, testJobsContract } from './store-contract/jobs-contract.ts'
import { testListsContract } from './store-contract/lists-contract.ts'
import { testLogContract } from './store-contract/log-contract.ts'
import { testPrivacyContract } from './store-contract/privacy-contract.ts'

/** `another`, where several may have one database open: one more store on that of the last `open`. */
export function testStore(name: string, open: OpenStore, another?: OpenStore): void {
  describe(`the ${name} store`, () => {
    let current: Hand | undefined
    let other: Hand | undefined
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
      await other?.store.close()
      other = undefined
    })
    testLogContract(hand)
    testListsContract(hand)
    testDirectoryContract(hand)
    testJobsContract(hand)
    testFilesContract(hand)
    testCellsContract(hand)
    if (another !== undefined)
      testConcurrencyContract(async () => {
        const { clock } = hand()
        other = await createHand(await another({ readers: CONTRACT_READERS, now: clock.now }), clock)
        return [hand(), other]
      })
    testPrivacyContract(hand)
  })
}
