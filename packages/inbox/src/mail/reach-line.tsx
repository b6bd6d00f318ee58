import { Mail, MailX, Moon } from 'lucide'
import { Icon } from '../ui/icon.tsx'
import { REACH_WORDS, type Reach } from './reach.ts'

const ICONS = { mail: Mail, stopped: MailX, bounced: MailX, away: Moon } as const

/** That the customer is not there, and what becomes of an answer. Always in the document, so that it is heard when it comes. */
export function ReachLine({ reach }: { readonly reach: Reach }) {
  return (
    <span class={`reach reach-${reach}`} role="status">
      {reach !== 'here' && (
        <>
          <Icon of={ICONS[reach]} size={14} />
          {REACH_WORDS[reach]}
        </>
      )}
    </span>
  )
}
