// Finds actions by what people remember of their names: the letters they typed, in order, best where words begin.

/** How well `query` fits `text`, higher is better; `null` where it does not. An empty query fits everything alike. */
export function scoreMatch(query: string, text: string): number | null {
  const wanted = query.trim().toLocaleLowerCase()
  if (wanted === '') return 0
  const within = text.toLocaleLowerCase()
  const at = within.indexOf(wanted)
  if (at === 0) return 1_000
  if (at > 0) return (isWordStart(within, at) ? 800 : 500) - at
  return scoreLetters(wanted.replaceAll(/\s+/gu, ''), within)
}

function scoreLetters(wanted: string, within: string): number | null {
  let score = 200
  let from = 0
  for (const letter of wanted) {
    const at = within.indexOf(letter, from)
    if (at === -1) return null
    if (!isWordStart(within, at)) score -= at - from
    from = at + letter.length
  }
  return score
}

const isWordStart = (text: string, at: number): boolean => at === 0 || text[at - 1] === ' '

/** The entries that fit, best first; among equals the given order stays. */
export function rank<Entry>(
  query: string,
  entries: readonly Entry[],
  toText: (entry: Entry) => string,
): readonly Entry[] {
  return entries
    .map((entry, index) => ({ entry, index, score: scoreMatch(query, toText(entry)) }))
    .filter((candidate): candidate is { entry: Entry; index: number; score: number } => candidate.score !== null)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ entry }) => entry)
}
