import type { Context } from 'hono'
import * as v from 'valibot'
import { RequestError } from '../request-error.ts'

/** JSON and nothing else: a form of another page cannot send that without asking first. */
export async function readJson<Output>(context: Context, schema: v.GenericSchema<unknown, Output>): Promise<Output> {
  if (!/^application\/json\b/i.test(context.req.header('content-type') ?? '')) {
    throw new RequestError('invalid', 'Content-Type: application/json')
  }
  const body: unknown = await context.req.json().catch(() => undefined)
  const parsed = v.safeParse(schema, body)
  if (parsed.success) return parsed.output
  throw new RequestError('invalid', `${v.getDotPath(parsed.issues[0]) ?? 'the body'}: ${parsed.issues[0].message}`)
}
