// Finds a Chromium for the browser tests, or installs one: what the environment names, what the machine has, what
// Playwright has downloaded before; else Debian's package (as root), else Playwright's download.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ToolError, log, run, runBin } from './run.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

function onPath() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, MAC_CHROME].find((file) => existsSync(file))
}

async function ofPlaywright() {
  const { chromium } = await import('playwright-core')
  const file = chromium.executablePath()
  return file !== '' && existsSync(file) ? file : undefined
}

/** A file may be there and not run: a snap stub, a library missing. */
async function runs(file) {
  return (await run(file, ['--version'], { output: 'capture' }).catch(() => ({ code: 1 }))).code === 0
}

async function find() {
  for (const file of [onPath(), await ofPlaywright()]) {
    if (file !== undefined && (await runs(file))) return file
  }
  return undefined
}

async function installFromDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return
  log("chromium: installing Debian's package …")
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const update = await run('apt-get', ['update', '-q'], { env })
  if (update.code === 0) await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env })
}

async function installFromPlaywright() {
  log("chromium: downloading Playwright's …")
  await runBin('playwright-core/cli.js', ['install', 'chromium'])
}

/** The path of a Chromium that runs. */
export async function ensureChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined && named !== '') {
    if (await runs(named)) return named
    throw new ToolError(`unable to run the browser tests; CHROMIUM_PATH names ${named}, which does not run`)
  }
  for (const install of [async () => {}, installFromDebian, installFromPlaywright]) {
    await install()
    const file = await find()
    if (file !== undefined) return file
  }
  throw new ToolError(
    'unable to run the browser tests; no Chromium was found and none could be installed: ' +
      'install one (Debian: apt-get install -y chromium) or name one in CHROMIUM_PATH',
  )
}
