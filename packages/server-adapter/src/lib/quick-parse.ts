// What a valibot schema takes, read faster: the schema is walked once and not with every value, and no issues are
// collected. Only for accepting. What is refused here goes through the schema itself, which knows what to say; so does
// each part of a schema that this file does not know.

import * as v from 'valibot'

/** The value is not what the schema describes. */
export const REFUSED = Symbol('refused')

/**
 * The parsed value, of the keys that the schema names; or REFUSED. Never throws. What has those keys and no others, in the
 * schema's order, is given back itself: nearly everything that clients send, and a copy is felt with every message.
 */
type Read<Output = unknown> = (value: unknown) => Output | typeof REFUSED

/** What is looked at of a schema or an action, as valibot names it. */
interface Parts {
  readonly type: string
  readonly entries?: Readonly<Record<string, v.GenericSchema>>
  readonly wrapped?: v.GenericSchema
  readonly default?: unknown
  readonly item?: v.GenericSchema
  readonly options?: readonly unknown[]
  readonly key?: string
  readonly literal?: unknown
  readonly pipe?: readonly [v.GenericSchema, ...Parts[]]
  readonly requirement?: unknown
}

export function createQuickParse<Output>(schema: v.GenericSchema<unknown, Output>): Read<Output> {
  // Each reader gives what its schema gives; a test holds the two side by side.
  return readerOf(schema) as Read<Output>
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isSchema = (value: unknown): value is v.GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema'

const bySchema =
  (schema: v.GenericSchema): Read =>
  (value) => {
    const parsed = v.safeParse(schema, value, { abortEarly: true })
    return parsed.success ? parsed.output : REFUSED
  }

function readerOf(schema: v.GenericSchema): Read {
  const { type, entries, wrapped, default: fallback, item, options, key, literal, pipe }: Parts = schema
  if (pipe !== undefined) return pipeReader(pipe) ?? bySchema(schema)
  if (type === 'string') return (value) => (typeof value === 'string' ? value : REFUSED)
  if (type === 'number') return (value) => (typeof value === 'number' && !Number.isNaN(value) ? value : REFUSED)
  if (type === 'boolean') return (value) => (typeof value === 'boolean' ? value : REFUSED)
  if (type === 'literal') return (value) => (value === literal ? value : REFUSED)
  if (type === 'picklist' && options) return (value) => (options.includes(value) ? value : REFUSED)
  if (type === 'nullable' && wrapped && fallback === undefined) return nullableReader(readerOf(wrapped))
  if (type === 'array' && item) return arrayReader(readerOf(item))
  if (type === 'object' && entries) return objectReader(entries) ?? bySchema(schema)
  if (type === 'variant' && options && key !== undefined) return variantReader(key, options) ?? bySchema(schema)
  return bySchema(schema)
}

const nullableReader =
  (read: Read): Read =>
  (value) =>
    value === null ? null : read(value)

const arrayReader =
  (read: Read): Read =>
  (value) => {
    if (!Array.isArray(value)) return REFUSED
    let isSame = true
    const output: unknown[] = []
    for (const one of value) {
      const item = read(one)
      if (item === REFUSED) return REFUSED
      if (item !== one) isSame = false
      output.push(item)
    }
    return isSame ? value : output
  }

/** `null` where an entry may be missing and then be something. */
function objectReader(entries: NonNullable<Parts['entries']>): Read | null {
  const fields: { readonly key: string; readonly isOptional: boolean; readonly read: Read }[] = []
  for (const [key, entry] of Object.entries(entries)) {
    const { type, wrapped, default: fallback, pipe }: Parts = entry
    const isOptional = type === 'optional'
    // Whatever may be left out in another way than by a plain `optional`.
    const isOdd = isOptional && (wrapped === undefined || pipe !== undefined)
    if (fallback !== undefined || isOdd || NOT_REQUIRED.has(type)) return null
    fields.push({ key, isOptional, read: readerOf(isOptional && wrapped ? wrapped : entry) })
  }
  /** Whether all its keys are the schema's, in the schema's order. */
  const hasOurKeys = (value: object): boolean => {
    let next = 0
    for (const key in value) {
      while (fields[next]?.isOptional && fields[next]?.key !== key) next += 1
      if (fields[next++]?.key !== key) return false
    }
    return !Array.isArray(value)
  }
  const firstOf = (value: Readonly<Record<string, unknown>>, count: number): Record<string, unknown> =>
    Object.fromEntries(fields.slice(0, count).flatMap(({ key }) => (key in value ? [[key, value[key]]] : [])))

  return (value) => {
    if (!isRecord(value)) return REFUSED
    // Each part is read once, however deep something is that has to be copied.
    let output: Record<string, unknown> | null = hasOurKeys(value) ? null : {}
    for (const [place, { key, isOptional, read }] of fields.entries()) {
      const given = value[key]
      if (given === undefined && isOptional) continue
      const field = read(given)
      if (field === REFUSED) return REFUSED
      if (field !== given) output ??= firstOf(value, place)
      if (output !== null) output[key] = field
    }
    return output ?? value
  }
}

/** Other ways to be left out than `optional`. */
const NOT_REQUIRED = new Set(['exact_optional', 'nullish', 'undefinedable'])

/** `null` where the options are not told apart by a literal each. */
function variantReader(key: string, options: readonly unknown[]): Read | null {
  const readers = new Map<unknown, Read>()
  for (const option of options) {
    if (!isSchema(option)) return null
    const { type, entries, pipe }: Parts = option
    const mark: Parts | undefined = entries?.[key]
    if (type !== 'object' || pipe !== undefined || mark?.type !== 'literal' || readers.has(mark.literal)) return null
    readers.set(mark.literal, readerOf(option))
  }
  return (value) => {
    const read = isRecord(value) ? readers.get(value[key]) : undefined
    return read === undefined ? REFUSED : read(value)
  }
}

/** `null` where one of the actions is none of those below. */
function pipeReader([schema, ...actions]: NonNullable<Parts['pipe']>): Read | null {
  const read = readerOf(schema)
  const checks = actions.map(checkOf)
  if (!checks.every((check) => check !== null)) return null
  return (value) => {
    const output = read(value)
    if (output === REFUSED) return REFUSED
    for (const check of checks) if (!check(output)) return REFUSED
    return output
  }
}

type Check = (value: unknown) => boolean

const hasLength = (value: unknown): value is string | readonly unknown[] =>
  typeof value === 'string' || Array.isArray(value)

function checkOf({ type, requirement }: Parts): Check | null {
  if (type === 'regex' && requirement instanceof RegExp)
    return (value) => typeof value === 'string' && requirement.test(value)
  if (type === 'safe_integer') return (value) => Number.isSafeInteger(value)
  if (type === 'check' && typeof requirement === 'function') return (value) => Boolean(requirement(value))
  if (typeof requirement !== 'number') return null
  if (type === 'min_length') return (value) => hasLength(value) && value.length >= requirement
  if (type === 'max_length') return (value) => hasLength(value) && value.length <= requirement
  if (type === 'min_value') return (value) => typeof value === 'number' && value >= requirement
  if (type === 'max_value') return (value) => typeof value === 'number' && value <= requirement
  return null
}
