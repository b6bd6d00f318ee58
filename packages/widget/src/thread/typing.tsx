import type { ThreadAuthor } from '@pendopo/sdk'
import { fill, type Texts } from '../locale/texts.ts'

/** Somebody writes: three dots, in room of their own. */
export function Typing({ who, texts }: { who: readonly ThreadAuthor[]; texts: Texts }) {
  const [first] = who
  if (!first) return null
  return (
    <div class="typing" title={fill(texts.typing, { name: first.name || texts.someone })}>
      <i />
      <i />
      <i />
    </div>
  )
}
