export { toSafeUrl } from './rich-text/links.ts'
export type { RichNode } from './rich-text/parse.ts'
export { isEmojiOnly, parseRichText } from './rich-text/parse.ts'
