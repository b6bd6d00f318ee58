import type { AgentWelcome } from '@pendopo/sdk/inbox'
import { X } from 'lucide'
import { useApp } from '../app/app-context.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { PasswordForm } from './password-form.tsx'
import { TwoStepPart } from './two-step-part.tsx'
import { Sessions } from './sessions.tsx'

/** What an agent decides about their own account, and nobody else's. */
export function AccountDialog({ agent }: { readonly agent: AgentWelcome['agent'] }) {
  const app = useApp()
  const close = () => app.$overlay.set(null)
  return (
    <Dialog label="Your account" class="account" onClose={close}>
      <header class="account-head">
        <Avatar id={agent.id} name={agent.name} />
        <div class="account-who">
          <h2 dir="auto">{agent.name}</h2>
          <p class="dialog-note">{agent.email}</p>
        </div>
        <button type="button" class="icon-button" title="Close" onClick={close}>
          <Icon of={X} label="Close" />
        </button>
      </header>
      <PasswordForm email={agent.email} onChange={(change) => app.inbox.changePassword(change)} />
      <TwoStepPart twoStep={app.inbox.twoStep} />
      <Sessions onSignOut={() => app.inbox.signOutEverywhere()} />
    </Dialog>
  )
}
