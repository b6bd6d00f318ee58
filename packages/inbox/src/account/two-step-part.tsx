// Two-step sign-in in the account screen: off, being set up, just turned on (the recovery codes are shown once), or on.

import type { TwoStep } from '@pendopo/sdk/inbox'
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { toActionWords, toCodeWords, toProofWords } from '../app/error-words.ts'
import { TextField } from '../ui/text-field.tsx'
import { Outcome, type Said } from './outcome.tsx'
import { StepForm } from './step-form.tsx'

type Stage =
  | { readonly at: 'unknown' }
  | { readonly at: 'off' }
  | { readonly at: 'setting-up'; readonly secret: string; readonly uri: string }
  | { readonly at: 'new'; readonly recoveryCodes: readonly string[] }
  | { readonly at: 'on'; readonly recoveryCodes: number }

export function TwoStepPart({ twoStep }: { readonly twoStep: TwoStep }) {
  const [stage, setStage] = useState<Stage>({ at: 'unknown' })
  const [said, setSaid] = useState<Said | null>(null)
  const id = useId()
  const section = useRef<HTMLElement>(null)
  const before = useRef(stage.at)

  useEffect(() => {
    twoStep.status().then(
      ({ on, recoveryCodes }) => setStage(on ? { at: 'on', recoveryCodes } : { at: 'off' }),
      (error: unknown) => setSaid({ is: 'problem', text: toActionWords(error, 'look this up') }),
    )
  }, [twoStep])

  // What had the focus is gone with the stage that it belonged to.
  useLayoutEffect(() => {
    if (before.current !== 'unknown' && before.current !== stage.at)
      section.current?.querySelector<HTMLElement>('input, button')?.focus()
    before.current = stage.at
  }, [stage.at])

  return (
    <section ref={section} class="account-part" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Two-step sign-in</h3>
      {stage.at === 'off' && (
        <Off onBegin={async (password) => setStage({ at: 'setting-up', ...(await twoStep.begin(password)) })} />
      )}
      {stage.at === 'setting-up' && (
        <SettingUp
          {...stage}
          onConfirm={async (code) => setStage({ at: 'new', recoveryCodes: await twoStep.confirm(code) })}
        />
      )}
      {stage.at === 'new' && (
        <RecoveryCodes
          codes={stage.recoveryCodes}
          onDone={() => setStage({ at: 'on', recoveryCodes: stage.recoveryCodes.length })}
        />
      )}
      {stage.at === 'on' && (
        <On
          recoveryCodes={stage.recoveryCodes}
          onTurnOff={async (password, code) => {
            await twoStep.turnOff({ password, code })
            setStage({ at: 'off' })
            setSaid({ is: 'done', text: 'Two-step sign-in is off.' })
          }}
        />
      )}
      {(stage.at === 'unknown' || stage.at === 'off') && <Outcome id={`${id}-said`} said={said} />}
    </section>
  )
}

function Off({ onBegin }: { readonly onBegin: (password: string) => Promise<void> }) {
  const [password, setPassword] = useState('')
  return (
    <StepForm action="Set it up" onSubmit={() => onBegin(password)} toWords={toProofWords}>
      {(describedBy) => (
        <>
          <p class="dialog-note">
            It is off. With it on, signing in takes your password and a code from an app on your telephone.
          </p>
          <TextField
            label="Your password, to begin"
            type="password"
            name="two-step-password"
            autocomplete="current-password"
            required
            {...{ value: password, onValue: setPassword, describedBy }}
          />
        </>
      )}
    </StepForm>
  )
}

function SettingUp(props: {
  readonly secret: string
  readonly uri: string
  readonly onConfirm: (code: string) => Promise<void>
}) {
  const [code, setCode] = useState('')
  return (
    <StepForm action="Turn it on" onSubmit={() => props.onConfirm(code)} toWords={toCodeWords}>
      {(describedBy) => (
        <>
          <p class="dialog-note">
            Add this key to your authenticator app, or <a href={props.uri}>open the app on this device</a>. Then type
            the code it shows.
          </p>
          <code class="secret">{props.secret.match(/.{4}/gu)?.join(' ')}</code>
          <TextField
            label="Code from the app"
            name="code"
            autocomplete="one-time-code"
            required
            {...{ value: code, onValue: setCode, describedBy }}
          />
        </>
      )}
    </StepForm>
  )
}

function RecoveryCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  return (
    <>
      <p class="dialog-note" role="status">
        It is on. Keep these recovery codes where your telephone is not: each signs you in once without it. They are
        shown only now.
      </p>
      <ul class="recovery-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="dialog-actions">
        <button type="button" class="button button-primary" onClick={onDone}>
          I have kept them
        </button>
      </div>
    </>
  )
}

function On(props: {
  readonly recoveryCodes: number
  readonly onTurnOff: (password: string, code: string) => Promise<void>
}) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <StepForm action="Turn it off" onSubmit={() => props.onTurnOff(password, code)} toWords={toProofWords}>
      {(describedBy) => (
        <>
          <p class="dialog-note">
            It is on, with {props.recoveryCodes} {props.recoveryCodes === 1 ? 'recovery code' : 'recovery codes'} left.
            Turning it off takes your password and a code.
          </p>
          <TextField
            label="Your password, to turn it off"
            type="password"
            name="two-step-password"
            autocomplete="current-password"
            required
            {...{ value: password, onValue: setPassword, describedBy }}
          />
          <TextField
            label="Code from the app, or a recovery code"
            name="code"
            autocomplete="one-time-code"
            required
            {...{ value: code, onValue: setCode, describedBy }}
          />
        </>
      )}
    </StepForm>
  )
}
