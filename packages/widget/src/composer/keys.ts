/** What of a key press decides. */
export interface Key {
  readonly key: string
  readonly shiftKey: boolean
  readonly isComposing: boolean
  readonly keyCode: number
}

/** Safari ends a composition before the key press that ended it, and marks that press with this code alone. */
const COMPOSING_KEY_CODE = 229

/** Whether the press sends: Enter alone. With Shift it breaks the line; within a composition it picks a candidate. */
export function isSendKey({ key, shiftKey, isComposing, keyCode }: Key): boolean {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== COMPOSING_KEY_CODE
}
