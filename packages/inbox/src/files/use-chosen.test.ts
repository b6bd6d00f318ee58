// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { choose } from './use-chosen.ts'

const file = (name: string, size = 3) => Object.defineProperty(new File([], name), 'size', { value: size })

it('[IN21] what cannot be sent is left out and told by name', () => {
  expect(choose([file('a.txt'), file('b.exe')])).toMatchObject({
    files: [{ name: 'a.txt' }],
    problem: 'b.exe: this kind of file cannot be sent.',
  })
  expect(choose([file('a.mp4', 16_777_217)]).problem).toBe('a.mp4 is larger than 16 MB.')
  expect(choose([file('a.txt', 0)]).problem).toBe('a.txt is empty.')
  expect(choose(Array.from({ length: 6 }, (_, index) => file(`${index}.txt`)))).toMatchObject({
    files: { length: 5 },
    problem: 'A message takes at most 5 files.',
  })
})
