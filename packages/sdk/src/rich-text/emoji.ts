/** Joiners, variation selectors and the key cap: what emoji are put together with. */
const EMOJI_GLUE = /\u200d|\ufe0f|\u20e3|\s|\p{Emoji_Modifier}/gu
const EMOJI = /^[\p{Extended_Pictographic}\p{Regional_Indicator}]+$/u

/** A few emoji and nothing else: shown large. One class without alternatives, so there is nothing to backtrack into. */
export const isEmojiOnly = (text: string): boolean => text.length <= 40 && EMOJI.test(text.replace(EMOJI_GLUE, ''))
