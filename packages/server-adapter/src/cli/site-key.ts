// The keys of visitors' identity tokens, so that they can be changed without a gap.

import { readFile } from 'node:fs/promises'
import { FIRST_KID } from '../sites/identity-keys.ts'
import { databaseOf, DATA_OPTIONS, readArguments, words } from './read-arguments.ts'
import { UsageError, type Terminal } from './terminal.ts'
import { withInstallation } from './with-installation.ts'

const ADD_OPTIONS = { ...DATA_OPTIONS, kid: { type: 'string' }, 'public-key': { type: 'string' } } as const

/** `pendopo site key add SITE` */
export async function addSiteKey(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, ADD_OPTIONS)
  const [site = ''] = words(parsed, 'site key add SITE [--kid KID] [--public-key FILE]', 1, 1)
  const kid = parsed.text('kid')
  const file = parsed.text('public-key')
  const publicKey = file === undefined ? undefined : await readKey(file)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const key = await installation.addIdentityKey(site, {
      ...(kid !== undefined && { kid }),
      ...(publicKey !== undefined && { publicKey }),
    })
    const secret = key.algorithm === 'HS256' ? `  secret  ${key.key}  (shown only now; keep it on your server)\n` : ''
    out(
      `The site ${site} takes one more key.\n\n  kid     ${key.kid}\n  alg     ${key.algorithm}\n${secret}\n` +
        'Sign with it, name it in the header of each token (kid), then remove the old key: ' +
        `pendopo site key list ${site}\n`,
    )
  })
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`unable to read the public key ${file}; name a file in PEM`, { cause })
  }
}

/** `pendopo site key list SITE` */
export async function listSiteKeys(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  const [id = ''] = words(parsed, 'site key list SITE', 1, 1)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    const site = (await installation.sites()).find((one) => one.id === id)
    if (site === undefined) throw new UsageError(`there is no site ${JSON.stringify(id)}`)
    const first = site.secret === '' ? [] : [`${FIRST_KID}\tHS256\tfor tokens without a kid`]
    const lines = site.identityKeys.map(
      ({ kid, algorithm, createdAt }) => `${kid}\t${algorithm}\t${new Date(createdAt).toISOString()}`,
    )
    out([...first, ...lines].map((line) => `${line}\n`).join('') || `No key: pendopo site key add ${id}\n`)
  })
}

/** `pendopo site key remove SITE KID` */
export async function removeSiteKey(args: readonly string[], { out, env }: Terminal): Promise<void> {
  const parsed = readArguments(args, DATA_OPTIONS)
  const [site = '', kid = ''] = words(parsed, 'site key remove SITE KID', 2, 2)
  await withInstallation(databaseOf(parsed, env), async (installation) => {
    if (!(await installation.removeIdentityKey(site, kid)))
      throw new UsageError(`the site ${site} has no key ${JSON.stringify(kid)}`)
    out(`The key ${kid} of the site ${site} is removed; tokens signed with it are refused.\n`)
  })
}
