import { expect, test } from 'vitest'
import { renderRichText, type CreateElement } from './render.ts'

const h: CreateElement<unknown> = (tag, props, ...children) => [tag, props, ...children]

test('[WG10] each mark becomes an element, and text stays text', () => {
  expect(renderRichText('<b>x</b> **a _b_** `c`', h)).toEqual([
    '<b>x</b> ',
    ['strong', null, 'a ', ['em', null, 'b']],
    ' ',
    ['code', null, 'c'],
  ])
  expect(renderRichText('```\nx\n```', h)).toEqual([['pre', { dir: 'ltr' }, 'x']])
})

test('[WG11] a link opens elsewhere, gives nothing away, and says where it leads', () => {
  const url = 'https://a.example/p'
  expect(renderRichText(`[prices](${url})`, h)).toEqual([
    ['a', { href: url, title: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, 'prices'],
  ])
})
