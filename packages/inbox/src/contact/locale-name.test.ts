import { describe, expect, it } from 'vitest'
import { toLocaleName } from './locale-name.ts'

describe('a visitor’s language', () => {
  it('[IN8] is named, and bears codes that are none', () => {
    expect(toLocaleName('id-ID', 'en')).toBe('Indonesian (Indonesia)')
    expect(toLocaleName('no such code!', 'en')).toBe('no such code!')
  })
})
