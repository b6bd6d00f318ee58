import { describe, expect, it } from 'vitest'
import { rank, scoreMatch } from './match.ts'

const titles = [
  'Go to My chats',
  'Go to Unassigned',
  'Assign to me',
  'Assign to Dewi',
  'Close conversation',
  'Turn sound off',
]
const find = (query: string) => rank(query, titles, (title) => title)

describe('the palette finds', () => {
  it('[IN10] what begins with the query first, then words that do, then the rest', () => {
    expect(find('ass').slice(0, 3)).toEqual(['Assign to me', 'Assign to Dewi', 'Go to Unassigned'])
    expect(find('my')[0]).toBe('Go to My chats')
  })

  it('[IN10] abbreviations', () => {
    expect(find('gtu')[0]).toBe('Go to Unassigned')
    expect(find('clsconv')).toEqual(['Close conversation'])
  })

  it('[IN10] everything for nothing, and nothing for nonsense', () => {
    expect(find('  ')).toEqual(titles)
    expect(find('zzz')).toEqual([])
    expect(scoreMatch('x', '')).toBeNull()
  })
})
