// The room of a picture, known before the picture is there, so that nothing moves when it comes.

import type { ThreadAttachment } from '../thread.ts'

/** In pixels. */
export interface PictureBounds {
  readonly widest: number
  readonly highest: number
  /** No side is made smaller than this, even where that changes its shape: it must be possible to point at. */
  readonly least: number
}

export const isPicture = ({ type, width }: Pick<ThreadAttachment, 'type' | 'width'>): boolean =>
  type.startsWith('image/') && Boolean(width)

/** The size to show it in: as it is where it fits, never larger; whole pixels. */
export function fitPicture(
  { width = 1, height = 1 }: Pick<ThreadAttachment, 'width' | 'height'>,
  { widest, highest, least }: PictureBounds,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, widest / width, highest / height)
  const fit = (side: number): number => Math.max(least, Math.round(side * scale))
  return { width: fit(width), height: fit(height) }
}
