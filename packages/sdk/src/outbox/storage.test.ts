import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { createIndexedDbStorage } from './indexeddb-storage.ts'
import { createMemoryStorage } from './memory-storage.ts'
import type { OutboxEntry, Storage } from './storage.ts'

const entry = (text: string, conversation = 'c'): Omit<OutboxEntry, 'position'> => ({
  conversation,
  command: { id: text, kind: 'message.post', data: { text } },
})
const ids = async (storage: Storage) => (await storage.entries()).map(({ command }) => command.id)

describe.each([
  ['indexeddb', () => createIndexedDbStorage('test', new IDBFactory())],
  ['memory', createMemoryStorage],
] as const)('the %s storage', (kind, create) => {
  it('[OB8] keeps entries in the order they were put', async () => {
    const storage = create()
    expect(storage.kind).toBe(kind)
    expect(await storage.entries()).toEqual([])
    const first = await storage.put([entry('a'), entry('b')])
    const second = await storage.put([entry('c')])
    expect([...first, ...second].map(({ position }) => position)).toEqual([1, 2, 3])
    expect(await ids(storage)).toEqual(['a', 'b', 'c'])
    await storage.remove([2])
    await storage.replace([{ ...entry('c'), position: 3, failure: { code: 'conflict', message: 'no' } }])
    expect(await storage.entries()).toMatchObject([{ position: 1 }, { position: 3, failure: { code: 'conflict' } }])
  })

  it('[OB11] sets a value once, whoever asks', async () => {
    const storage = create()
    expect(await storage.get('token')).toBeUndefined()
    expect(await Promise.all([storage.setOnce('token', 'one'), storage.setOnce('token', 'two')])).toEqual([
      'one',
      'one',
    ])
    await storage.set('token', 'three')
    expect(await storage.get('token')).toBe('three')
  })

  it('[OB12] a wipe leaves nothing', async () => {
    const storage = create()
    await storage.put([entry('a')])
    await storage.set('token', 'one')
    await storage.wipe()
    expect(await storage.entries()).toEqual([])
    expect(await storage.get('token')).toBeUndefined()
    storage.close()
  })
})

describe('the indexeddb storage', () => {
  it('[OB11] reading leaves no database behind', async () => {
    const factory = new IDBFactory()
    const storage = createIndexedDbStorage('test', factory)
    expect(await storage.get('token')).toBeUndefined()
    expect(await storage.entries()).toEqual([])
    await storage.wipe()
    expect(await factory.databases()).toEqual([])
    await storage.set('token', 'one')
    expect(await factory.databases()).toHaveLength(1)
  })

  it('[OB8] is the same for all tabs and after a reload', async () => {
    const factory = new IDBFactory()
    const [one, other] = [createIndexedDbStorage('test', factory), createIndexedDbStorage('test', factory)]
    await one.put([entry('a')])
    await other.put([entry('b')])
    one.close()
    expect(await ids(one)).toEqual(['a', 'b'])
  })

  it('[OB8] rejects where the browser refuses', async () => {
    const factory = new IDBFactory()
    factory.open = () => {
      throw new DOMException('not here', 'SecurityError')
    }
    await expect(createIndexedDbStorage('test', factory).get('token')).rejects.toThrow('not here')
  })
})
