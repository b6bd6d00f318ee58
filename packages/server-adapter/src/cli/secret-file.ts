import { readFile } from 'node:fs/promises'
import { toFileSentence } from './file-sentence.ts'
import type { Arguments } from './read-arguments.ts'
import { UsageError } from './terminal.ts'

export const SECRET_OPTION = { 'secret-file': { type: 'string' } } as const

/** The installation's secret as the server is given it (`PendopoOptions.secret`); undefined where no file is named. */
export async function secretOf(parsed: Arguments): Promise<string | undefined> {
  const file = parsed.text('secret-file')
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`unable to read the secret; ${toFileSentence(error)}`)
  })
  const secret = text.trim()
  if (secret === '') throw new UsageError(`unable to use the secret; ${file} is empty`)
  return secret
}
