import { CircleCheck } from 'lucide'
import { Icon } from '../ui/icon.tsx'

/** How it went, in a sentence. */
export interface Said {
  readonly is: 'done' | 'problem'
  readonly text: string
}

/** Where a form says how it went: always in the document, so that screen readers hear what appears in it. */
export function Outcome({ id, said }: { readonly id: string; readonly said: Said | null }) {
  return (
    <p id={id} class={`outcome ${said === null ? '' : `outcome-${said.is}`}`} role="alert">
      {said?.is === 'done' && <Icon of={CircleCheck} size={16} />}
      {said?.text}
    </p>
  )
}
