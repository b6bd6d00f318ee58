// States of the widget that a visitor meets on bad days and small screens, drawn by the gallery, under the eyes of axe.

import { describe, expect, it } from 'vitest'
import { findings } from './support/axe.ts'
import { openGallery } from './support/gallery.ts'

const gallery = openGallery()

const STATES = [
  'unread',
  'away',
  'typing',
  'line',
  'failed',
  'offline',
  'closedTalk',
  'hard',
  'talk&locale=ar',
] as const
const SCREENS = [
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 390, height: 780 }],
] as const

describe.each(SCREENS)('on a %s', (_name, viewport) => {
  it.each(['en', 'id', 'ar'])('[WG19] a lost connection moves nothing in the header, in %s', async (locale) => {
    const look = async (state: string) => {
      const page = await gallery.show(`${state}&locale=${locale}`, { viewport, reducedMotion: 'reduce' })
      const [header, name, words, thread] = await Promise.all(
        ['.header', 'h2', '.presence p:not(:empty)', '.thread'].map((part) =>
          page.locator(`pendopo-chat ${part}`).first().boundingBox(),
        ),
      )
      await page.context().close()
      return { header, name: name?.y, words, thread }
    }
    const [before, after] = [await look('talk'), await look('offline')]
    expect(after).toMatchObject({ header: before.header, name: before.name, thread: before.thread })
    expect(after.words?.y).toBe(before.words?.y)
    const bottomOf = (box: { readonly y: number; readonly height: number } | null | undefined) =>
      (box?.y ?? 0) + (box?.height ?? 0)
    expect(bottomOf(after.words)).toBeLessThan(bottomOf(after.header))
  })

  it.each(STATES)('[WG44] axe finds nothing on "%s", in light and dark', async (state) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await gallery.show(state, { viewport, colorScheme, reducedMotion: 'reduce' })
      expect(await findings(page), colorScheme).toEqual([])
      await page.context().close()
    }
  })
})
