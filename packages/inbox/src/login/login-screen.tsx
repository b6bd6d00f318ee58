import type { Inbox } from '@pendopo/sdk/inbox'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { toCodeWords, toLoginWords } from '../app/error-words.ts'
import { TextField } from '../ui/text-field.tsx'
import { Mark } from '../ui/mark.tsx'

/** Where an agent says who they are: by e-mail and password, and a code where two-step sign-in is on. */
export function LoginScreen({ signIn }: { readonly signIn: Inbox['signIn'] }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  /** `null` until it is asked for. */
  const [code, setCode] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const needsCode = code !== null
  const field = needsCode ? 'code' : 'password'
  const select = () => form.current?.querySelector<HTMLInputElement>(`[name=${field}]`)?.select()

  useLayoutEffect(() => {
    if (needsCode) select()
  }, [needsCode])

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    try {
      const result = await signIn({ email: email.trim(), password, ...(code !== null && { code }) })
      if (result === 'signed-in') return
      setCode('')
      setProblem('')
    } catch (error) {
      setProblem(needsCode ? toCodeWords(error) : toLoginWords(error))
      select()
    }
    setBusy(false)
  }

  return (
    <main class="login">
      <form ref={form} class="login-card" onSubmit={submit} aria-labelledby="login-title">
        <Mark size={36} />
        <h1 id="login-title">{needsCode ? 'One more step' : 'Sign in to the inbox'}</h1>
        {code === null ? (
          <>
            <TextField
              label="E-mail"
              type="email"
              name="email"
              autocomplete="username"
              autoFocus
              required
              value={email}
              onValue={setEmail}
              describedBy="login-problem"
            />
            <TextField
              label="Password"
              type="password"
              name="password"
              autocomplete="current-password"
              required
              value={password}
              onValue={setPassword}
              describedBy="login-problem"
            />
          </>
        ) : (
          <TextField
            label="Code from your authenticator app"
            name="code"
            autocomplete="one-time-code"
            required
            value={code}
            onValue={setCode}
            describedBy="login-problem"
          />
        )}
        <p id="login-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button button-primary" aria-disabled={busy}>
          {busy ? 'Signing in' : 'Sign in'}
        </button>
        {code === null ? (
          <p class="login-hint">Forgotten your password? An admin of your workspace sets a new one.</p>
        ) : (
          <p class="login-hint">
            Telephone lost? Type one of your recovery codes.{' '}
            <button type="button" class="text-button" onClick={() => setCode(null)}>
              Back
            </button>
          </p>
        )}
      </form>
    </main>
  )
}
