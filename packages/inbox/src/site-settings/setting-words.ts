import { PendopoError } from '@pendopo/sdk/inbox'
import { toActionWords } from '../app/error-words.ts'

/** Why settings were not shown, stored or tried. What does not fit, the server names in words made for people. */
export function toSettingWords(error: unknown, doing: string): string {
  if (!(error instanceof PendopoError)) return toActionWords(error, doing)
  if (error.code === 'forbidden') return `Unable to ${doing}: that is for admins.`
  if (error.code !== 'invalid') return toActionWords(error, doing)
  const [, ...why] = error.message.split('; ')
  return why.length === 0 ? toActionWords(error, doing) : `Unable to ${doing}: ${why.join('; ').replace(/\.$/u, '')}.`
}
