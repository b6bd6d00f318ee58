// A face for somebody without a picture: two letters and a colour, the same ones wherever they appear.

/** The first letters of the first and the last word, as a reader of that script sees them. */
export function toInitials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = words[0]
  if (first === undefined) return '?'
  const last = words.length > 1 ? words[words.length - 1] : undefined
  return (firstLetter(first) + (last === undefined ? '' : firstLetter(last))).toLocaleUpperCase()
}

/** The first letter or digit; an emoji or a sign where there is none. */
function firstLetter(word: string): string {
  return /[\p{L}\p{N}]\p{M}*/u.exec(word)?.[0] ?? Array.from(word)[0] ?? ''
}

/** A hue in degrees that belongs to an id. Twelve steps: neighbours on the wheel stay apart to the eye. */
export function toHue(id: string): number {
  let sum = 0
  for (let index = 0; index < id.length; index++) sum = (sum * 31 + id.charCodeAt(index)) % 100_003
  return (sum % 12) * 30
}
