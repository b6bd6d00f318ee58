import type { Inbox } from '@pendopo/sdk/inbox'
import { useRef, useState } from 'preact/hooks'
import { toLoginWords } from '../app/error-words.ts'
import { TextField } from '../ui/text-field.tsx'
import { Mark } from '../ui/mark.tsx'

/** Where an agent says who they are. */
export function LoginScreen({ signIn }: { readonly signIn: Inbox['signIn'] }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState('')
  const [busy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)

  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    try {
      await signIn({ email: email.trim(), password })
    } catch (error) {
      setProblem(toLoginWords(error))
      setBusy(false)
      form.current?.querySelector<HTMLInputElement>('[name=password]')?.select()
    }
  }

  return (
    <main class="login">
      <form ref={form} class="login-card" onSubmit={submit} aria-labelledby="login-title">
        <Mark size={36} />
        <h1 id="login-title">Sign in to the inbox</h1>
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
        <p id="login-problem" class="problem" role="alert">
          {problem}
        </p>
        <button type="submit" class="button button-primary" aria-disabled={busy}>
          {busy ? 'Signing in' : 'Sign in'}
        </button>
        <p class="login-hint">Forgotten your password? An admin of your workspace sets a new one.</p>
      </form>
    </main>
  )
}
