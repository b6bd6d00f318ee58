/** A chunk of its own: see `create-words.ts`. It imports nothing of the chat, which may have been loaded by another address. */
export { renderRichText } from '@pendopo/sdk/rich-text'
