// An agent without the SDK: signs in and connects to one server, past the proxy.

import { connectRaw } from '../../bench/lib/raw-socket.mjs'

/** Resolves with the session's cookie. */
export async function signIn(url, login) {
  const response = await fetch(`${url}/api/agent/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(login),
  })
  if (!response.ok) throw new Error(`unable to sign in; ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** `onEvent` gets the bytes of every packet, `onDown` is told when the connection goes. */
export async function connectRawAgent({ url, login, onEvent, onDown }) {
  const cookie = await signIn(url, login)
  return connectRaw({ url, namespace: '/agent', auth: { version: 1 }, headers: { cookie }, onEvent, onDown })
}
