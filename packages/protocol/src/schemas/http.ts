import * as v from 'valibot'

/** Body of `POST /api/agent/login`. */
export const Login = v.object({
  email: v.pipe(v.string(), v.trim(), v.maxLength(254), v.email('an e-mail address')),
  password: v.pipe(v.string(), v.minLength(1, 'a password'), v.maxLength(1_024)),
})
export type Login = v.InferOutput<typeof Login>
