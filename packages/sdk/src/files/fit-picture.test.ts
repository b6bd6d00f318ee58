import { expect, it } from 'vitest'
import { fitPicture, isPicture } from './fit-picture.ts'

const BOUNDS = { widest: 240, highest: 280, least: 48 }

it.each([
  [480, 240, 240, 120],
  [100, 560, 50, 280],
  [60, 50, 60, 50],
  [10, 10, 48, 48],
  [4_000, 10, 240, 48],
])('[AT11] %i × %i is shown as %i × %i', (width, height, shownWidth, shownHeight) => {
  expect(fitPicture({ width, height }, BOUNDS)).toEqual({ width: shownWidth, height: shownHeight })
})

it('[AT11] an image of which no size is known is no picture: there is no room to reserve', () => {
  expect(isPicture({ type: 'image/png', width: 1 })).toBe(true)
  expect(isPicture({ type: 'image/png' })).toBe(false)
  expect(isPicture({ type: 'video/mp4', width: 1 })).toBe(false)
})
