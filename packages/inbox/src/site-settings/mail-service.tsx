import { useState } from 'preact/hooks'

interface MailServiceProps {
  readonly incomingUrl: string
  readonly onRenew: () => Promise<string>
  readonly onProblem: (error: unknown) => void
}

/** Where a mail service delivers, and the token it proves itself with: made here, shown once. */
export function MailService({ incomingUrl, onRenew, onProblem }: MailServiceProps) {
  const [token, setToken] = useState<string | null>(null)
  return (
    <div class="snippet">
      <p class="dialog-note">
        A mail service may deliver to <code>{incomingUrl}</code> with a token: as a bearer token, or as the password in
        the address.
      </p>
      <p class="dialog-note" role="status">
        {token !== null && (
          <>
            The token is <code>{token}</code>. Keep it now: it is not shown again.
          </>
        )}
      </p>
      <button type="button" class="button" onClick={() => onRenew().then(setToken, onProblem)}>
        Make a new token
      </button>
      <p class="dialog-note">The one before it holds no longer.</p>
    </div>
  )
}
