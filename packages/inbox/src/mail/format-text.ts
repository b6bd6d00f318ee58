// The small Markdown of a message, put around what is selected. Pure: a text with its selection in, another out.

export interface Selected {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Puts the mark around the selection, or takes it away where it is there. */
export function toggleMark({ text, start, end }: Selected, mark: string): Selected {
  const inner = text.slice(start, end)
  const before = text.slice(0, start)
  const after = text.slice(end)
  // `**` is not twice `*`.
  const hasMark = before.endsWith(mark) && after.startsWith(mark) && !(mark === '*' && before.endsWith('**'))
  if (hasMark)
    return {
      text: before.slice(0, -mark.length) + inner + after.slice(mark.length),
      start: start - mark.length,
      end: end - mark.length,
    }
  return { text: before + mark + inner + mark + after, start: start + mark.length, end: end + mark.length }
}

const ADDRESS = 'https://'

/** Makes a link of the selection; what is to be typed next is selected. */
export function toLink({ text, start, end }: Selected): Selected {
  const inner = text.slice(start, end)
  const isAddress = /^https?:\/\/\S+$/u.test(inner)
  const link = isAddress ? `[](${inner})` : `[${inner}](${ADDRESS})`
  const next = text.slice(0, start) + link + text.slice(end)
  if (isAddress || inner === '') return { text: next, start: start + 1, end: start + 1 }
  const at = start + inner.length + '[]('.length
  return { text: next, start: at, end: at + ADDRESS.length }
}
