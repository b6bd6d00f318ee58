import { expect, it } from 'vitest'
import { findings } from './support/axe.ts'
import { openGallery } from './support/gallery.ts'

const gallery = openGallery()

it.each([
  ['mail', 'light', 900],
  ['mail&locale=ar', 'dark', 320],
  ['mailGiven&locale=id', 'light', 320],
  ['mailSpent', 'dark', 390],
] as const)(
  '[EM111] axe finds nothing on %s in %s at %i pixels, and nothing sticks out',
  async (state, colorScheme, width) => {
    const page = await gallery.show(state, { colorScheme, reducedMotion: 'reduce', viewport: { width, height: 640 } })
    const card = page.locator('.mail')
    await card.waitFor()
    expect(await findings(page)).toEqual([])
    const box = await card.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? width)).toBeLessThanOrEqual(width)
    expect(await card.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
    await page.context().close()
  },
)

it('[EM111] [EM106] an address is given with the keyboard alone, and a wrong one is told', async () => {
  const page = await gallery.show('mail', { viewport: { width: 900, height: 760 } })
  const field = page.locator('[type=email]')
  await field.waitFor()
  // From where one writes, back past the paper clip and the button.
  await page.locator('textarea').focus()
  for (let step = 0; step < 3; step++) await page.keyboard.press('Shift+Tab')
  await page.keyboard.type('ana@')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'Please check the address' }).waitFor()
  expect(await findings(page)).toEqual([])
  await page.keyboard.type('example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'ana@example.com' }).waitFor()
  expect(await field.count()).toBe(0)
  await page.keyboard.type('Thank you')
  expect(await page.locator('textarea').inputValue()).toBe('Thank you')
  await page.context().close()
})
