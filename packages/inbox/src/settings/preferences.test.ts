import { describe, expect, it } from 'vitest'
import { createMemoryKeyValue } from './key-value.ts'
import { createPreferences } from './preferences.ts'

describe('preferences', () => {
  it('[IN14] are remembered', () => {
    const storage = createMemoryKeyValue()
    createPreferences(storage).set({ density: 'dense', listWidth: 400 })
    expect(createPreferences(storage).$values.get()).toMatchObject({
      density: 'dense',
      listWidth: 400,
      theme: 'system',
    })
  })

  it('[IN14] survive what another version or a curious person stored', () => {
    const storage = createMemoryKeyValue()
    storage.set('preferences', '{"density":"tiny","listWidth":9000,"theme":"dark","extra":1}')
    expect(createPreferences(storage).$values.get()).toMatchObject({
      density: 'comfortable',
      listWidth: 344,
      theme: 'dark',
    })
    storage.set('preferences', '{oops')
    expect(createPreferences(storage).$values.get().theme).toBe('system')
  })
})
