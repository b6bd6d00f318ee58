import { Mail, MessageCircle } from 'lucide'
import { Icon } from '../ui/icon.tsx'

interface ChannelSwitchProps {
  readonly isMail: boolean
  readonly onChoose: (isMail: boolean) => void
}

/** Where the answer goes. */
export function ChannelSwitch({ isMail, onChoose }: ChannelSwitchProps) {
  return (
    <div class="segments channel-switch" role="group" aria-label="Answer by">
      <button type="button" aria-pressed={!isMail} onClick={() => onChoose(false)}>
        <Icon of={MessageCircle} size={14} /> Chat
      </button>
      <button type="button" aria-pressed={isMail} onClick={() => onChoose(true)}>
        <Icon of={Mail} size={14} /> E-mail
      </button>
    </div>
  )
}
