import { expect, it } from 'vitest'
import { checkFiles } from './check-files.ts'

const file = (name: string, { size = 3, type = '' } = {}) =>
  Object.defineProperty(new File([], name, { type }), 'size', { value: size })

it('[AT10] leaves out what cannot be sent, and says why of the first', () => {
  const large = file('film.mp4', { size: 16_777_217 })
  const checked = checkFiles([file('a.txt'), file('b.exe'), large])
  expect(checked.files.map(({ name }) => name)).toEqual(['a.txt'])
  expect(checked.problem).toEqual({ reason: 'type', name: 'b.exe' })
  expect(checkFiles([large])).toEqual({ files: [], problem: { reason: 'large', name: 'film.mp4' } })
  expect(checkFiles([file('a.txt', { size: 0 })]).problem).toEqual({ reason: 'empty', name: 'a.txt' })
  const six = Array.from({ length: 6 }, (_, index) => file(`${index}.txt`))
  expect(checkFiles(six)).toMatchObject({ files: { length: 5 }, problem: { reason: 'many', most: 5 } })
})

it.each(['a.constructor', 'a.toString', '__proto__', 'a.', ''])('[AT10] %j is no kind of file', (name) => {
  expect(checkFiles([file(name)]).problem?.reason).toBe('type')
})

it('[AT10] what was pasted without a name is known by its type', () => {
  expect(checkFiles([file('', { type: 'image/png' })]).problem).toBeNull()
  expect(checkFiles([file('', { type: 'image/png', size: 0 })]).problem).toEqual({ reason: 'empty', name: 'image.png' })
})
