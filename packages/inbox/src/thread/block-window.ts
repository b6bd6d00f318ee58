// Which part of a long thread is in the document: some hundreds of blocks around the reader, however far back they have
// gone. The window follows the newest block unless it was moved; moving it is a step at a time, so that the blocks in
// sight stay and `usePlaceKeeper` can hold on to them.

import type { Block } from './to-blocks.ts'

/** Messages and lines: a few screens on either side of the reader, and few enough to lay out within a frame. */
const AT_MOST = 240
const STEP = 80

/** The last block of the window by name, and by its distance from the end should the name have changed; `null`: the newest. */
export type WindowEnd = { readonly key: string; readonly behind: number } | null

export interface BlockWindow {
  readonly start: number
  readonly end: number
}

export function toWindow(blocks: readonly Block[], place: WindowEnd): BlockWindow {
  const end = place === null ? blocks.length : endOf(blocks, place)
  return { start: walk(blocks, end, -AT_MOST), end }
}

function endOf(blocks: readonly Block[], { key, behind }: NonNullable<WindowEnd>): number {
  const found = blocks.findIndex((block) => block.key === key)
  return found === -1 ? Math.max(1, blocks.length - behind) : found + 1
}

/** The index so many messages and lines further; towards the oldest where `by` is negative. */
function walk(blocks: readonly Block[], from: number, by: number): number {
  const step = Math.sign(by)
  let index = from
  for (let left = Math.abs(by); left > 0 && index > 0 && index <= blocks.length; index += step) {
    const block = blocks[step < 0 ? index - 1 : index]
    if (block === undefined) break
    left -= block.type === 'group' ? block.messages.length : 1
  }
  return index
}

/** The window one step older or newer. */
export function moveWindow(blocks: readonly Block[], { end }: BlockWindow, direction: 'older' | 'newer'): WindowEnd {
  const next = walk(blocks, end, direction === 'older' ? -STEP : STEP)
  const last = next >= blocks.length ? undefined : blocks[next - 1]
  return last === undefined ? null : { key: last.key, behind: blocks.length - next }
}
