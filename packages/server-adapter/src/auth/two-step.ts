// The second step of signing in: a code of an authenticator app, or one of the recovery codes that are kept for the day
// the telephone is lost. A code works once. What it does not know: passwords, sessions, and how often somebody may try.

import { randomBytes } from 'node:crypto'
import { RequestError } from '../request-error.ts'
import type { Agent, TwoStepStore } from '../store/store.ts'
import { hashToken } from './hash.ts'
import { createTotpSecret, toBase32, totpStepOf, toTotpUri } from './totp.ts'

const RECOVERY_CODES = 10
/** 80 bits: as random as that, a plain hash keeps them. */
const RECOVERY_BYTES = 10
/** What an authenticator app shows above the code. */
const ISSUER = 'Pendopo'

export interface TwoStep {
  status(agent: string): Promise<{ readonly on: boolean; readonly recoveryCodes: number }>
  /** A secret that is asked for only once it is confirmed. Rejects with `conflict` where it is on already. */
  begin(agent: Agent): Promise<{ readonly secret: string; readonly uri: string }>
  /** Turns it on by a first code. Resolves with recovery codes, which are shown now and never again; null: a wrong code. */
  confirm(agent: string, code: string): Promise<readonly string[] | null>
  /** Whether this code is right; it is spent with that. */
  spend(agent: string, code: string): Promise<boolean>
  turnOff(agent: string): Promise<void>
}

interface Needs {
  readonly store: TwoStepStore
  readonly now: () => number
}

export function createTwoStep({ store, now }: Needs): TwoStep {
  return {
    status: async (agent) => {
      const found = await store.find(agent)
      return { on: found?.isOn ?? false, recoveryCodes: found?.recoveryCodes ?? 0 }
    },
    begin: async ({ id, email }) => {
      const secret = createTotpSecret()
      if (!(await store.propose(id, secret, now())))
        throw new RequestError('conflict', 'two-step sign-in is on; turn it off first')
      return { secret, uri: toTotpUri(secret, ISSUER, email) }
    },
    confirm: async (agent, code) => {
      const found = await store.find(agent)
      if (found === null || found.isOn)
        throw new RequestError('conflict', 'there is no two-step sign-in to confirm; begin anew')
      const step = totpStepOf(found.secret, plain(code), now())
      if (step === null) return null
      const codes = Array.from({ length: RECOVERY_CODES }, createRecoveryCode)
      const hashes = codes.map((one) => hashToken(plain(one)))
      if (!(await store.confirm(agent, found.secret, step, hashes)))
        throw new RequestError('conflict', 'somebody was quicker; begin anew')
      return codes
    },
    spend: async (agent, typed) => {
      const code = plain(typed)
      const found = await store.find(agent)
      if (found === null || !found.isOn) return false
      const step = totpStepOf(found.secret, code, now())
      return step === null ? store.spendRecoveryCode(agent, hashToken(code)) : store.spendStep(agent, step)
    },
    turnOff: (agent) => store.remove(agent),
  }
}

/** As people type it: in groups, with hyphens, in small letters. */
const plain = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase()

/** `ABCD-EFGH-2345-6723` */
const createRecoveryCode = (): string => (toBase32(randomBytes(RECOVERY_BYTES)).match(/.{4}/g) ?? []).join('-')
