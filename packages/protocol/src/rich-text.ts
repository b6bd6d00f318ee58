export { toSafeUrl } from './rich-text/links.ts'
export { parseRichText, type RichNode } from './rich-text/parse.ts'
