import { InvalidMailError } from './invalid-mail-error.ts'

/** Printable ASCII around one `@`, in angle brackets, as short as a line of a header has to be. */
const MESSAGE_ID = /^<[!-;=?-~]{1,240}>$/

/** Ids kept of a thread: its root, which some programs group by, and the newest. */
const LONGEST_CHAIN = 20

export const isMessageId = (id: string): boolean =>
  MESSAGE_ID.test(id) && id.split('@').length === 2 && !id.includes('=?')

/** Our own id; throws `InvalidMailError` for what is none. */
export function toMessageId(field: string, id: string): string {
  if (!isMessageId(id)) throw new InvalidMailError(field, 'is not a Message-ID in angle brackets')
  return id
}

/** The ids of a thread, oldest first. They come from other people's mails, so what is no id is left out. */
export function toReferences(ids: readonly string[]): readonly string[] {
  const known = [...new Set(ids.filter(isMessageId))]
  return known.length <= LONGEST_CHAIN ? known : [...known.slice(0, 1), ...known.slice(1 - LONGEST_CHAIN)]
}
