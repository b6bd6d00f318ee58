import type { ComponentChildren } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'
import { Outcome, type Said } from './outcome.tsx'

interface StepFormProps {
  /** What its button says. */
  readonly action: string
  readonly onSubmit: () => Promise<void>
  readonly toWords: (error: unknown) => string
  /** Its fields; they are described by how it went. */
  readonly children: (describedBy: string) => ComponentChildren
}

/** A small form that says what went wrong, and leads back to its first field. Where it went well, its owner goes on. */
export function StepForm({ action, onSubmit, toWords, children }: StepFormProps) {
  const [said, setSaid] = useState<Said | null>(null)
  const busy = useRef(false)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy.current) return
    busy.current = true
    try {
      await onSubmit()
    } catch (error) {
      setSaid({ is: 'problem', text: toWords(error) })
      form.current?.querySelector('input')?.select()
    }
    busy.current = false
  }

  return (
    <form ref={form} class="step-form" onSubmit={submit}>
      {children(id)}
      <Outcome id={id} said={said} />
      <div class="dialog-actions">
        <button type="submit" class="button">
          {action}
        </button>
      </div>
    </form>
  )
}
