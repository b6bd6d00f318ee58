// Access tokens of mail providers (OAuth 2, RFC 6749 section 6): asked for with the refresh token that an admin has set, and
// kept until shortly before they end.

import * as v from 'valibot'
import type { MailSettings } from '@pendopo/protocol'
import { withoutSecrets } from '../without-secrets.ts'

type Oauth = NonNullable<MailSettings['smtp']['oauth']>

export interface AccessTokens {
  /** Rejects with what the provider says. */
  of(oauth: Oauth): Promise<string>
}

const Granted = v.object({ access_token: v.pipe(v.string(), v.minLength(1)), expires_in: v.optional(v.number(), 300) })
const Refused = v.object({ error: v.string(), error_description: v.optional(v.string()) })

/** A token must outlive the login it is used for. */
const SPARE_MS = 60_000
const TIMEOUT_MS = 10_000

export function createAccessTokens(now: () => number, ask: typeof fetch = fetch): AccessTokens {
  const kept = new Map<string, { readonly token: Promise<string>; endsAt: number }>()

  async function request({ tokenUrl, clientId, clientSecret, refreshToken = '' }: Oauth) {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken })
    if (clientSecret !== undefined) form.set('client_secret', clientSecret)
    const response = await ask(tokenUrl, {
      method: 'POST',
      body: form,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body: unknown = await response.json().catch(() => null)
    const granted = v.safeParse(Granted, body)
    if (response.ok && granted.success) return granted.output
    const refused = v.safeParse(Refused, body)
    const why = refused.success
      ? (refused.output.error_description ?? refused.output.error)
      : `status ${response.status}`
    const secrets = [refreshToken, ...(clientSecret === undefined ? [] : [clientSecret])]
    throw new Error(`unable to get an access token; ${withoutSecrets(why, secrets).slice(0, 200)}`)
  }

  return {
    of(oauth) {
      const key = JSON.stringify(oauth)
      const present = kept.get(key)
      if (present !== undefined && present.endsAt > now()) return present.token
      const asked = request(oauth)
      const entry = { token: asked.then(({ access_token: token }) => token), endsAt: now() + TIMEOUT_MS }
      kept.set(key, entry)
      asked.then(
        ({ expires_in: seconds }) => void (entry.endsAt = now() + Math.max(0, seconds * 1_000 - SPARE_MS)),
        () => void kept.delete(key),
      )
      return entry.token
    },
  }
}
