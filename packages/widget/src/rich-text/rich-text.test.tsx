// @vitest-environment happy-dom
import { render } from '@testing-library/preact'
import { expect, test } from 'vitest'
import { RichText } from './rich-text.tsx'

test('[WG10] what looks like HTML is shown as it was typed', () => {
  const attack = '<img src=x onerror=alert(1)> **<b>x</b>** `<script>`'
  const { container } = render(<RichText text={attack} />)
  expect(container.querySelectorAll('img, b, script')).toHaveLength(0)
  expect(container.textContent).toBe('<img src=x onerror=alert(1)> <b>x</b> <script>')
})

test('[WG11] a link opens elsewhere, gives nothing away, and says where it leads', () => {
  const { container } = render(<RichText text="[prices](https://a.example/p)" />)
  const link = container.querySelector('a')
  expect(link?.getAttribute('href')).toBe('https://a.example/p')
  expect(link?.getAttribute('target')).toBe('_blank')
  expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow')
  expect(link?.title).toBe('https://a.example/p')
})
