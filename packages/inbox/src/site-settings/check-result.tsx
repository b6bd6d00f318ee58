import type { CheckStep, MailCheck } from '@pendopo/sdk/inbox'
import { CircleAlert, CircleCheck } from 'lucide'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../ui/icon.tsx'

/** How a test went, step by step; the first that failed says what to do. */
export function CheckResult({ check }: { readonly check: MailCheck }) {
  const element = useRef<HTMLDivElement>(null)
  // It comes below what fills the screen.
  useEffect(() => element.current?.scrollIntoView({ block: 'nearest' }), [check])
  return (
    <div class="check-result" role="status" ref={element}>
      <Steps title="SMTP" steps={check.smtp} />
      {check.imap !== null && <Steps title="IMAP" steps={check.imap} />}
    </div>
  )
}

function Steps({ title, steps }: { readonly title: string; readonly steps: readonly CheckStep[] }) {
  return (
    <section aria-label={`Test of ${title}`}>
      <h4>
        {title} {steps.every(({ ok }) => ok) ? 'works' : 'does not work yet'}
      </h4>
      <ol>
        {steps.map(({ step, ok, tookMs, problem, advice }) => (
          <li key={step} class={ok ? '' : 'check-failed'}>
            <Icon of={ok ? CircleCheck : CircleAlert} size={16} label={ok ? 'Done:' : 'Failed:'} />
            <span>
              {step} <span class="dialog-note">{Math.round(tookMs)} ms</span>
              {problem !== undefined && <p>{problem}</p>}
              {advice !== undefined && <p class="check-advice">{advice}</p>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
