// Finds a server's program on this machine, or installs Debian's package where we may.

import { existsSync } from 'node:fs'
import { ToolError, log, run } from '../run.mjs'

const installs = new Map()

/** Several may ask at once; one installs. */
function installFromDebian(packageName) {
  const running = installs.get(packageName) ?? install(packageName)
  installs.set(packageName, running)
  return running
}

async function install(packageName) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  log(`services: installing Debian's package ${packageName} …`)
  // The server it would start by itself is of no use here; ours are private.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const update = await run('apt-get', ['update', '-q'], { env })
  if (update.code !== 0) return
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', packageName], { env })
}

/** What `find` finds, now or after an installation; fails saying what to install. */
export async function findOrInstall(find, { what, packageName, variable }) {
  const found = find()
  if (found !== undefined) return found
  await installFromDebian(packageName)
  const installed = find()
  if (installed !== undefined) return installed
  const instead = variable === undefined ? '' : ` or name a running one in ${variable}`
  throw new ToolError(
    `unable to start ${what}; it was not found and could not be installed: install it ` +
      `(Debian: apt-get install -y ${packageName})${instead}`,
  )
}
