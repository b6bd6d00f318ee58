// The mails of the public corpora, read from the folder that PENDOPO_CORPORA names, and what we expect of them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.env.PENDOPO_CORPORA ?? ''

/** Whether the mails are here. */
export const hasMailCorpora = folder !== ''

const FOLDERS = {
  'reply-github': 'reply-github/test/emails/*.txt',
  'reply-crisp': 'reply-crisp/test/fixtures/*.txt',
  'inbox-chatwoot': 'inbox-chatwoot/*.eml',
} as const

export interface CorpusMail {
  readonly name: string
  readonly bytes: Buffer
  /** What counts as right. */
  readonly expected: readonly string[]
}

/** All mails of a corpus that we have an expectation of. */
export function readMailCorpus(corpus: keyof typeof FOLDERS): readonly CorpusMail[] {
  const file = new URL(`../corpora-expectations/${corpus}.json`, import.meta.url)
  const expected: Record<string, readonly string[]> = JSON.parse(readFileSync(file, 'utf8'))
  return Object.entries(expected).map(([name, readings]) => ({
    name,
    bytes: readFileSync(join(folder, FOLDERS[corpus].replace('*', name))),
    expected: readings,
  }))
}

/** Lines as they are compared: spaces at their ends and empty lines say nothing, and no line is told apart by its length. */
export const comparable = (text: string): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.slice(0, 400).trim().slice(0, 200).trim())
    .filter((line) => line !== '')
    .join('\n')

/** The part of a mail that a reading such as `v1-5 q7-` gives to a letter. */
function partOf(text: string, reading: string, letter: string): string {
  const lines = text.split('\n')
  const ranges =
    reading
      .split(' ')
      .find((part) => part.startsWith(letter))
      ?.slice(1)
      .split(',') ?? []
  const found = ranges.flatMap((range) => {
    const [first = '1', last = first] = range.split('-')
    return lines.slice(Number(first) - 1, last === '' ? undefined : Number(last))
  })
  return comparable(found.join('\n'))
}

/** Whether what was trimmed is one of the readings: what is shown, and where `parts` says so the rest too. */
export function isExpected(
  { bytes, expected }: CorpusMail,
  trimmed: { readonly visible: string; readonly quoted?: string; readonly signature?: string },
): boolean {
  const text = bytes.toString('utf8')
  return expected.some(
    (reading) =>
      comparable(trimmed.visible) === partOf(text, reading, 'v') &&
      (trimmed.quoted === undefined || comparable(trimmed.quoted) === partOf(text, reading, 'q')) &&
      (trimmed.signature === undefined || comparable(trimmed.signature) === partOf(text, reading, 's')),
  )
}

/** The first line with words in it, as it is compared. */
export const firstLine = ({ bytes }: CorpusMail): string => comparable(bytes.toString('utf8')).split('\n', 1)[0] ?? ''
