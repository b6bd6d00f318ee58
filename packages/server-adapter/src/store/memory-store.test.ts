import { createMemoryStore } from './memory-store.ts'
import { testStore } from '../testing/store-contract.ts'

testStore('in-memory', async (options) => createMemoryStore(options))
