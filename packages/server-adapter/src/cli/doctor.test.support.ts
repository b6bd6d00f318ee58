import type { MailSettings } from '@pendopo/protocol'
import { createMailAccounts } from '../mail/service/mail-accounts.ts'
import { loadMailSecrets } from '../mail/service/mail-secrets.ts'
import { openDatabase } from '../open-database.ts'
import { explain, run } from './run.ts'

export interface Report {
  readonly ok: boolean
  readonly levels: Readonly<Record<string, string>>
  /** What was found and what to do, by step. */
  readonly texts: Readonly<Record<string, string>>
  /** How the program ended, where it was not with code 0. */
  readonly failure: string | null
}

/** What the command printed, and the sentence it ended with where it failed. */
export async function runPendopo(args: readonly string[], env: Readonly<Record<string, string>>) {
  let text = ''
  const terminal = { out: (part: string) => void (text += part), env, stopped: () => Promise.resolve() }
  const failure = await run(args, terminal).then(
    () => null,
    (error: unknown) => explain(error),
  )
  return { text, failure }
}

export async function runDoctor(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Report> {
  const { text, failure } = await runPendopo(['doctor', '--json', ...args], env)
  const { ok, steps } = JSON.parse(text) as {
    ok: boolean
    steps: readonly { step: string; level: string; text: string; advice: string | null }[]
  }
  return {
    ok,
    levels: Object.fromEntries(steps.map(({ step, level }) => [step, level])),
    texts: Object.fromEntries(steps.map(({ step, text: found, advice }) => [step, `${found} → ${advice}`])),
    failure,
  }
}

/** Stores the mail of a site as an admin does who saves its settings. */
export async function saveMail(database: string, site: string, settings: MailSettings, secret?: string): Promise<void> {
  const store = await openDatabase(database, [])
  try {
    const secrets = await loadMailSecrets(store.cells, secret)
    const found = await store.directory.site(site)
    if (found === null) throw new Error(`there is no site ${site}`)
    await createMailAccounts({ cells: store.cells, secrets, now: Date.now }).save(found, settings, 'http://localhost')
  } finally {
    await store.close()
  }
}
