import { expect, test } from 'vitest'
import { isNodeRight } from './setup.mjs'

test.each(['20.19.0', '20.20.2', '22.12.0', '22.20.1', '23.11.1', '24.0.0', '26.1.0'])('Node %s will do', (version) => {
  expect(isNodeRight(version)).toBe(true)
})

test.each(['18.20.8', '20.18.3', '21.7.3', '22.0.0', '22.11.0'])('Node %s is refused', (version) => {
  expect(isNodeRight(version)).toBe(false)
})
