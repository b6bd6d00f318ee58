import type { CommandOf } from '@pendopo/protocol'
import { deriveId } from '../../readers/derive-id.ts'
import type { ReaderContext } from '../../readers/reader.ts'

export const MAIL_READER = 'mail'

type Delay = CommandOf<'mail.delay'>['data']

interface Cause {
  readonly at: number
  readonly seq: number
}

/** What the reader does about an event goes by an id that follows from the event: done again, it is the same. */
export const toCommandId = ({ workspace, stream }: ReaderContext, { at, seq }: Cause, what: string): string =>
  deriveId(at, MAIL_READER, workspace, stream.id, what, seq)

/** Says in the conversation what a mail waits for, once for each mail: whatever else is in its way later is not told. */
export async function tellDelay(context: ReaderContext, cause: Cause, { limit, until }: Delay): Promise<void> {
  await context.submit({ id: toCommandId(context, cause, 'delayed'), kind: 'mail.delay', data: { limit, until } })
}
