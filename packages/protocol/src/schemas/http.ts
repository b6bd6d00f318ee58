import * as v from 'valibot'
import { LIMITS } from '../limits.ts'
import { Attachment } from './content.ts'

const MAX_PASSWORD_LENGTH = 1_024

/** A code of the second step, or a recovery code, as somebody types it. */
const TypedCode = v.pipe(v.string(), v.minLength(1, 'a code'), v.maxLength(64))

/** Body of `POST /api/agent/login`; `code` where two-step sign-in is on. */
export const Login = v.object({
  email: v.pipe(v.string(), v.trim(), v.maxLength(254), v.email('an e-mail address')),
  password: v.pipe(v.string(), v.minLength(1, 'a password'), v.maxLength(MAX_PASSWORD_LENGTH)),
  code: v.optional(TypedCode),
})
export type Login = v.InferOutput<typeof Login>

/** Answer of `POST /{site}/files` and `POST /api/agent/files`. */
export const Uploaded = v.object({ file: Attachment })
export type Uploaded = v.InferOutput<typeof Uploaded>

/** A password to be: long enough, whatever it is made of. */
export const NewPassword = v.pipe(
  v.string(),
  v.minLength(LIMITS.passwordLength, `at least ${LIMITS.passwordLength} characters`),
  v.maxLength(MAX_PASSWORD_LENGTH),
)

/** Body of `POST /api/agent/password`. */
export const PasswordChange = v.object({ current: Login.entries.password, next: NewPassword })
export type PasswordChange = v.InferOutput<typeof PasswordChange>

/** Body of `POST /api/agent/two-step`. */
export const TwoStepBegin = v.object({ password: Login.entries.password })

/** Body of `POST /api/agent/two-step/confirm`. */
export const TwoStepConfirm = v.object({ code: TypedCode })
export type TwoStepConfirm = v.InferOutput<typeof TwoStepConfirm>

/** Body of `POST /api/agent/two-step/off`. */
export const TwoStepProof = v.object({ password: Login.entries.password, code: TypedCode })
export type TwoStepProof = v.InferOutput<typeof TwoStepProof>
