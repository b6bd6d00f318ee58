// Some servers refuse to run as root, or should not: root runs them as an account that may do little.

import { execFileSync } from 'node:child_process'
import { ToolError } from '../run.mjs'
import { SETPRIV } from './private-server.mjs'

/** `{ name, uid, gid, setpriv }` of the first account there is; `undefined` where we are not root. */
export function findAccount(what, names) {
  if (process.getuid?.() !== 0) return undefined
  if (SETPRIV === undefined)
    throw new ToolError(`unable to start ${what}; root may not run it, and setpriv is missing: install util-linux`)
  for (const name of names) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' })))
      return { name, uid, gid, setpriv: ['--reuid', uid, '--regid', gid, '--clear-groups'].map(String) }
    } catch {
      // No such account: the next.
    }
  }
  throw new ToolError(`unable to start ${what}; root may not run it, and there is no account ${names.join(' or ')}`)
}
