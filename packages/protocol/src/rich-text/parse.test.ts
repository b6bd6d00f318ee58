import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectLinear } from '../../../../tests/support/growth.ts'
import { parseRichText, type RichNode } from './parse.ts'

const wordsOf = (nodes: readonly RichNode[]): string =>
  nodes
    .map((node) => (typeof node === 'string' ? node : 'children' in node ? wordsOf(node.children) : node.text))
    .join('')

const expectQuick = (piece: string, length: number) => expectLinear(parseRichText, piece, length)

test('[WG10] bold, italic and code become nodes', () => {
  expect(parseRichText('a **b** *c* _d_ `e`')).toEqual([
    'a ',
    { type: 'bold', children: ['b'] },
    ' ',
    { type: 'italic', children: ['c'] },
    ' ',
    { type: 'italic', children: ['d'] },
    ' ',
    { type: 'code', text: 'e' },
  ])
})

test('[WG10] marks nest, and nothing inside code is a mark', () => {
  expect(parseRichText('**a *b* `*c*`**')).toEqual([
    { type: 'bold', children: ['a ', { type: 'italic', children: ['b'] }, ' ', { type: 'code', text: '*c*' }] },
  ])
})

test('[WG10] a block keeps its lines and drops the name of its language', () => {
  expect(parseRichText('```js\nlet a\nlet b\n```')).toEqual([{ type: 'block', text: 'let a\nlet b' }])
})

test.each(['2 * 3 * 4', 'snake_case_name', '**open', '*', '``', '[a](javascript:alert(1))', 'a * b', '[]()', '**a*'])(
  '[WG10] %s stays as it was typed',
  (text) => {
    expect(wordsOf(parseRichText(text))).toBe(text)
    expect(parseRichText(text).every((node) => typeof node === 'string')).toBe(true)
  },
)

test.each([
  ['see https://a.example/b.', 'https://a.example/b', 'https://a.example/b'],
  ['(https://a.example/b)', 'https://a.example/b', 'https://a.example/b'],
  ['https://a.example/b_(c)', 'https://a.example/b_(c)', 'https://a.example/b_(c)'],
  ['www.a.example!', 'https://www.a.example/', 'www.a.example'],
  ['ask mailto:a@b.example now', 'mailto:a@b.example', 'mailto:a@b.example'],
  ['ask ayu.l+x@b.example, please', 'mailto:ayu.l+x@b.example', 'ayu.l+x@b.example'],
  ['tel:+62211234', 'tel:+62211234', 'tel:+62211234'],
  ['[the table](https://a.example/t)', 'https://a.example/t', 'the table'],
])('[WG11] an address in “%s” becomes a link', (text, url, shown) => {
  expect(parseRichText(text)).toContainEqual({ type: 'link', url, text: shown })
})

test.each([
  '[x](javascript:alert(1))',
  'javascript:alert(1)',
  '[x](data:text/html,y)',
  '[x](vbscript:y)',
  'file:///etc/passwd',
  'a@b',
])('[WG11] %s is no link', (text) => {
  expect(JSON.stringify(parseRichText(text))).not.toContain('"link"')
})

test('[WG11] an address that hides behind a user name is at most a mail address', () => {
  expect(parseRichText('https://bank.example@evil.example')).toEqual([
    'https://',
    { type: 'link', url: 'mailto:bank.example@evil.example', text: 'bank.example@evil.example' },
  ])
})

test('[WG10] whatever the marks, everything else of a text is shown in its order', () => {
  const piece = fc.constantFrom('*', '**', '_', '`', ' ', '\n', 'word', '😀', '<b>', '[', ']')
  const withoutMarks = (text: string): string => text.replace(/[*_`]/g, '')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('').replaceAll('```', '`')
      expect(withoutMarks(wordsOf(parseRichText(text)))).toBe(withoutMarks(text))
    }),
    { numRuns: 500 },
  )
})

test('[WG10] text made to be slow is parsed in time proportional to its length', () => {
  const hostile = [
    '*a ',
    '**a *b _c ',
    '[',
    '[a](',
    '`',
    '``` `',
    'https://',
    'http://[',
    '@',
    'a@',
    '((',
    'https://a(',
    '_*',
  ]
  for (const piece of hostile) {
    expectQuick(piece, 4_000)
  }
})

test.each(['a', '[', '[](', '*', '*a', '_ ', '`', 'https://a.b/', 'a@', '👩\u200D', '\uD83D', '\n', 'mailto:'])(
  '[SC34] 16 KB of %j are read in time proportional to its length',
  (piece) => {
    expectQuick(piece, 16_384)
  },
)
