import type { ThreadAuthor, ThreadEvent, ThreadUnsupported } from '@pendopo/sdk'
import { fill, type Texts } from '../locale/texts.ts'

interface NoticeProps {
  readonly item: ThreadEvent | ThreadUnsupported
  readonly texts: Texts
  readonly agents: readonly ThreadAuthor[]
}

/** What happened beside the messages, in one quiet line; nothing where there is no name to tell it with. */
export function Notice({ item, texts, agents }: NoticeProps) {
  const words = item.type === 'unsupported' ? texts.unsupported : describe(item, texts, agents)
  return words === null ? null : <p class="notice">{words}</p>
}

function describe(event: ThreadEvent, texts: Texts, agents: readonly ThreadAuthor[]): string | null {
  if (event.kind === 'conversation.closed') return texts.closed
  const name = [...agents, event.actor].find((person) => person.id === event.data.agent)?.name ?? ''
  if (name === '') return null
  return fill(event.kind === 'participant.left' ? texts.left : texts.joined, { name })
}
