// States of the widget that a visitor meets on bad days and small screens, drawn by the gallery, under the eyes of axe.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findings } from './support/axe.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { openGallery, type Gallery } from './support/gallery.ts'

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

let browser: Browser
let gallery: Gallery

beforeAll(async () => {
  browser = await launchBrowser()
  gallery = await openGallery()
})
afterAll(async () => {
  await gallery?.close()
  await browser?.close()
})

describe.each(SCREENS)('on a %s', (_name, viewport) => {
  it.each(STATES)('[WG44] axe finds nothing on "%s", in light and dark', async (state) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await newPerson(browser, { viewport, colorScheme, reducedMotion: 'reduce' })
      const page = await gallery.show(context, state)
      expect(await findings(page), colorScheme).toEqual([])
      await context.close()
    }
  })
})
