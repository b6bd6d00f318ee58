import type { WireError } from '@pendopo/protocol'

/** Any schema of the protocol, through the interface that schema libraries share: https://standardschema.dev. */
interface Schema<Value> {
  readonly '~standard': { readonly validate: (value: unknown) => Outcome<Value> | Promise<Outcome<Value>> }
}

type Outcome<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] }

/** A value against a schema, as the gateway does it: unknown keys stripped, the field named. */
export function check<Value>(
  schema: Schema<Value>,
  value: unknown,
): { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: WireError } {
  const outcome = schema['~standard'].validate(value)
  if (outcome instanceof Promise) throw new TypeError('unable to check; the schema is asynchronous')
  if (outcome.issues === undefined) return { ok: true, value: outcome.value }
  const [issue] = outcome.issues
  const field = (issue?.path ?? []).map(keyOf).join('.')
  return {
    ok: false,
    error: { code: 'invalid', message: `${field === '' ? 'value' : field}: ${issue?.message ?? 'does not fit'}` },
  }
}

const keyOf = (segment: unknown): string =>
  String(typeof segment === 'object' && segment !== null && 'key' in segment ? segment.key : segment)
