import { describe, expect, it } from 'vitest'
import { toggleMark, toLink, type Selected } from './format-text.ts'

/** `|` stands where the selection begins and ends. */
function selected(marked: string): Selected {
  const [before = '', inner = '', after = ''] = marked.split('|')
  return { text: before + inner + after, start: before.length, end: before.length + inner.length }
}
const show = ({ text, start, end }: Selected) => `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`

describe('marks around a selection', () => {
  it.each([
    ['say |hello| now', '**', 'say **|hello|** now'],
    ['say **|hello|** now', '**', 'say |hello| now'],
    ['say **|hello|** now', '*', 'say ***|hello|*** now'],
    ['say ||', '*', 'say *||*'],
    ['say *|hello|*', '*', 'say |hello|'],
    ['|x|', '`', '`|x|`'],
  ])('[EM128] %s with %s', (before, mark, after) => expect(show(toggleMark(selected(before), mark))).toBe(after))

  it('[EM128] a link asks for what is missing', () => {
    expect(show(toLink(selected('see |our tours| today')))).toBe('see [our tours](|https://|) today')
    expect(show(toLink(selected('see |https://acme.example|')))).toBe('see [||](https://acme.example)')
    expect(show(toLink(selected('see ||')))).toBe('see [||](https://)')
  })
})
