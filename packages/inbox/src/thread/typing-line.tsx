import type { ThreadAuthor } from '@pendopo/sdk/inbox'

interface TypingLineProps {
  readonly typing: readonly ThreadAuthor[]
  /** What the contact is called. */
  readonly name: string
}

/** Who is writing at this moment; its room is always reserved. Colleagues stand out, so that nobody answers twice. */
export function TypingLine({ typing, name }: TypingLineProps) {
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
          <Dots /> <bdi>{contact.name || name}</bdi> is typing
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
