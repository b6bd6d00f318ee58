export { parseRichText, toSafeUrl, type RichNode } from '@pendopo/protocol/rich-text'
export { isEmojiOnly } from './rich-text/emoji.ts'
export { renderRichText, type CreateElement, type RichProps } from './rich-text/render.ts'
