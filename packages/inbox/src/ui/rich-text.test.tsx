// @vitest-environment happy-dom

import { cleanup, render } from '@testing-library/preact'
import { afterEach, describe, expect, it } from 'vitest'
import { RichText } from './rich-text.tsx'
import { toShortUrl } from './short-url.ts'

afterEach(cleanup)

describe('what people wrote', () => {
  it('[IN17] shows the small Markdown of the widget as nodes', () => {
    const { container } = render(<RichText text="**Two** *left*, code `RK-2207`: [photo](https://acme.example/a)" />)
    expect(container.textContent).toBe('Two left, code RK-2207: photo')
    expect([...container.querySelectorAll('strong, em, code, a')].map(({ localName }) => localName)).toEqual([
      'strong',
      'em',
      'code',
      'a',
    ])
    expect(container.querySelector('a')?.title).toBe('https://acme.example/a')
  })

  it.each(['javascript:alert(1)', '[x](javascript:alert(1))', 'data:text/html,x'])(
    '[IN7] makes no link of %j',
    (text) => {
      const { container } = render(<RichText text={`go ${text} now`} />)
      expect(container.querySelectorAll('a')).toHaveLength(0)
      expect(container.textContent).toBe(`go ${text} now`)
    },
  )

  it('[IN7] keeps HTML as it was typed', () => {
    const { container } = render(<RichText text="<img src=x onerror=alert(1)><b>x</b>" />)
    expect(container.childElementCount).toBe(0)
  })
})

describe('an address', () => {
  it('[IN6] is shown without what says nothing', () => {
    expect(toShortUrl('https://a.example/')).toBe('a.example')
    expect(toShortUrl('https://a.example/x/')).toBe('a.example/x/')
  })
})
