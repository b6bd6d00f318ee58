import { atom } from 'nanostores'
import { expect, test } from 'vitest'
import { derived } from './derived.ts'

const make = () => {
  const $one = atom(1)
  const $two = derived([$one], () => $one.get() * 2)
  let reads = 0
  const $sum = derived([$one, $two], () => {
    reads++
    return $one.get() + $two.get()
  })
  return { $one, $two, $sum, reads: () => reads }
}

test('[TL14] a derived store is up to date without a listener, and is read once for each change', () => {
  const { $one, $sum, reads } = make()
  expect([$sum.get(), $sum.get()]).toEqual([3, 3])
  expect(reads()).toBe(1)
  $one.set(2)
  expect([$sum.get(), $sum.get()]).toEqual([6, 6])
  expect(reads()).toBe(2)
})

test('[TL14] its listeners never hear of a state that mixes old and new', () => {
  const { $one, $sum } = make()
  const heard: number[] = []
  const stop = $sum.listen((value) => heard.push(value))
  $one.set(2)
  $one.set(2)
  $one.set(5)
  stop()
  $one.set(7)
  expect(heard).toEqual([6, 15])
  expect($sum.get()).toBe(21)
})

test('[TL14] the last listener that goes takes those on the sources with it', () => {
  const { $one, $two, $sum } = make()
  const stops = [$sum.subscribe(() => undefined), $sum.listen(() => undefined)]
  expect([$one.lc, $two.lc]).toEqual([2, 1])
  for (const stop of stops) stop()
  expect([$one.lc, $two.lc, $sum.lc]).toEqual([0, 0, 0])
  const heard: number[] = []
  $one.set(3)
  $sum.subscribe((value) => heard.push(value))()
  expect(heard).toEqual([9])
})

test('[TL14] a value that stays the same is no news', () => {
  const $n = atom(1)
  const $odd = derived([$n], () => $n.get() % 2 === 1)
  const heard: boolean[] = []
  $odd.listen((value) => heard.push(value))
  $n.set(3)
  $n.set(4)
  expect(heard).toEqual([false])
})
