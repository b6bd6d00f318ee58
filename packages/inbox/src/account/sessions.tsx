import { LogOut } from 'lucide'
import { useId, useState } from 'preact/hooks'
import { toActionWords } from '../app/error-words.ts'
import { Icon } from '../ui/icon.tsx'
import { Outcome, type Said } from './outcome.tsx'

/** Ends every session at once: for a lost telephone, or a computer that others use too. */
export function Sessions({ onSignOut }: { readonly onSignOut: () => Promise<void> }) {
  const [said, setSaid] = useState<Said | null>(null)
  const id = useId()
  const signOut = () =>
    void onSignOut().catch((error: unknown) =>
      setSaid({ is: 'problem', text: toActionWords(error, 'sign out everywhere') }),
    )
  return (
    <section class="account-part" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Sessions</h3>
      <p class="dialog-note">Left a browser open somewhere, or lost a device? This ends every session, here too.</p>
      <Outcome id={`${id}-said`} said={said} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={signOut}>
          <Icon of={LogOut} size={16} /> Sign out everywhere
        </button>
      </div>
    </section>
  )
}
