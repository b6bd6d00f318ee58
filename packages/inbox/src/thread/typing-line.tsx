import type { ThreadAuthor } from '@pendopo/sdk/inbox'
import { toDisplayName } from '../ui/display-name.ts'

/** Who is writing at this moment; its room is always reserved. Colleagues stand out, so that nobody answers twice. */
export function TypingLine({ typing }: { readonly typing: readonly ThreadAuthor[] }) {
  const colleague = typing.find((who) => who.kind === 'agent')
  const contact = typing.find((who) => who.kind === 'contact')
  return (
    <div class="typing" aria-live="polite">
      {colleague !== undefined && (
        <span class="typing-colleague">
          <Dots /> <bdi>{colleague.name || 'A colleague'}</bdi> is writing an answer
        </span>
      )}
      {contact !== undefined && (
        <span>
          <Dots /> <bdi>{toDisplayName(contact.name, contact.id)}</bdi> is typing
        </span>
      )}
    </div>
  )
}

const Dots = () => (
  <span class="dots" aria-hidden="true">
    <i />
    <i />
    <i />
  </span>
)
