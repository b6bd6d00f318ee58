import { LIMITS } from '@pendopo/sdk/inbox'
import { useState } from 'preact/hooks'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/text-field.tsx'

interface CloseDialogProps {
  readonly name: string
  readonly onClose: (reason: string) => void
  readonly onCancel: () => void
}

/** Asks why a conversation ends; an empty answer is an answer too. */
export function CloseDialog({ name, onClose, onCancel }: CloseDialogProps) {
  const [reason, setReason] = useState('')
  return (
    <Dialog label="Close conversation" onClose={onCancel}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault()
          onClose(reason.trim())
        }}
      >
        <h2>
          Close the conversation with <bdi>{name}</bdi>
        </h2>
        <TextField
          label="Reason (optional, only the team sees it)"
          value={reason}
          onValue={setReason}
          maxLength={LIMITS.reasonLength}
        />
        <p class="dialog-note">It opens again when the visitor writes.</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onCancel}>
            Cancel
          </button>
          {/* Not the field: what somebody types without looking is meant for the visitor. */}
          <button
            type="submit"
            class="button button-primary"
            autoFocus
            // Nor does their first space press it: Enter does.
            onKeyDown={(event) => {
              if (event.key === ' ') event.preventDefault()
            }}
            onKeyUp={(event) => {
              if (event.key === ' ') event.preventDefault()
            }}
          >
            Close conversation
          </button>
        </div>
      </form>
    </Dialog>
  )
}
