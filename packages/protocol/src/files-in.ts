import type { Content } from './schemas/content.ts'

/** The ids of all files that a message is made of: they are its conversation's, and go with it. */
export const filesIn = (content: Content | null): readonly string[] => {
  if (content === null) return []
  const { attachments = [], mail } = content
  const ids = attachments.map(({ id }) => id)
  return mail?.original === undefined ? ids : [...ids, mail.original]
}
