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
  it.each(STATES)('[WG44] axe finds nothing on "%s", in light and dark', async (state) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await gallery.show(state, { viewport, colorScheme, reducedMotion: 'reduce' })
      expect(await findings(page), colorScheme).toEqual([])
      await page.context().close()
    }
  })
})
