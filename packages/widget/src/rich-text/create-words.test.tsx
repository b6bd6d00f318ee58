// @vitest-environment happy-dom
import { render } from '@testing-library/preact'
import { expect, test, vi } from 'vitest'
import { createWords } from './create-words.ts'

const renderer = () => import('./renderer.ts')

/** Draws words once the code for it is there. */
async function draw(text: string) {
  const $toNodes = createWords()
  const before = $toNodes.get()
  before(text)
  await vi.waitFor(() => expect($toNodes.get()).not.toBe(before))
  return render(<p>{$toNodes.get()(text)}</p>).container
}

test('[WG10] what looks like HTML is shown as it was typed', async () => {
  const container = await draw('<img src=x onerror=alert(1)> **<b>x</b>** `<script>`')
  expect(container.querySelectorAll('img, b, script')).toHaveLength(0)
  expect(container.textContent).toBe('<img src=x onerror=alert(1)> <b>x</b> <script>')
})

test('[WG11] a link opens elsewhere, gives nothing away, and says where it leads', async () => {
  const link = (await draw('[prices](https://a.example/p)')).querySelector('a')
  expect(link?.getAttribute('href')).toBe('https://a.example/p')
  expect(link?.getAttribute('target')).toBe('_blank')
  expect(link?.getAttribute('rel')).toBe('noopener noreferrer nofollow')
  expect(link?.title).toBe('https://a.example/p')
})

test('[WG25] plain words load nothing; words that may hold a mark load the parser once, and are shown as typed until then', async () => {
  const load = vi.fn<typeof renderer>(renderer)
  const $toNodes = createWords(load)
  const plain = $toNodes.get()
  expect(plain('Is it 10:30 (or 11)? 5 < 6 & more')).toBe('Is it 10:30 (or 11)? 5 < 6 & more')
  expect(load).not.toHaveBeenCalled()
  expect(plain('a **b**')).toBe('a **b**')
  expect(plain('see https://a.example/')).toBe('see https://a.example/')
  await vi.waitFor(() => expect($toNodes.get()).not.toBe(plain))
  expect(load).toHaveBeenCalledOnce()
})

test.each(['**a**', '_a_', '`a`', '[a](tel:1)', 'a@b.example', 'www.a.example', 'http://a', 'mailto:a@b', 'tel:1'])(
  '[WG25] %s is worth the parser',
  (text) => {
    const load = vi.fn<typeof renderer>(renderer)
    createWords(load).get()(text)
    expect(load).toHaveBeenCalledOnce()
  },
)

test('[WG25] a parser that does not come leaves the words as typed, and is asked for again', async () => {
  const load = vi.fn<typeof renderer>(renderer).mockRejectedValueOnce(new Error('the network is down'))
  const $toNodes = createWords(load)
  const plain = $toNodes.get()
  plain('**a**')
  await vi.waitFor(() => {
    expect(plain('**a**')).toBe('**a**')
    expect(load).toHaveBeenCalledTimes(2)
  })
  await vi.waitFor(() => expect($toNodes.get()).not.toBe(plain))
})
