import type { TwoStepStore } from '../store.ts'
import type { MemoryTables } from './memory-tables.ts'

export function createMemoryTwoStep({ twoSteps }: MemoryTables): TwoStepStore {
  return {
    async find(agent) {
      const found = twoSteps.get(agent)
      if (found === undefined) return null
      return { secret: found.secret, isOn: found.lastStep !== null, recoveryCodes: found.hashes.size }
    },
    async propose(agent, secret) {
      if ((twoSteps.get(agent)?.lastStep ?? null) !== null) return false
      twoSteps.set(agent, { secret, lastStep: null, hashes: new Set() })
      return true
    },
    async confirm(agent, secret, step, hashes) {
      const found = twoSteps.get(agent)
      if (found === undefined || found.lastStep !== null || found.secret !== secret) return false
      twoSteps.set(agent, { secret, lastStep: step, hashes: new Set(hashes) })
      return true
    },
    async spendStep(agent, step) {
      const found = twoSteps.get(agent)
      if (found === undefined || found.lastStep === null || found.lastStep >= step) return false
      found.lastStep = step
      return true
    },
    async spendRecoveryCode(agent, hash) {
      return twoSteps.get(agent)?.hashes.delete(hash) ?? false
    },
    async remove(agent) {
      twoSteps.delete(agent)
    },
  }
}
