// Notices every way in which something that should only be looked at has become more than that.

import type { BrowserContext } from 'playwright-core'

/** Grows as things happen in the pages of this context that are opened from now on; requests go only to `origins`. */
export async function watchExecution(context: BrowserContext, origins: Iterable<string>): Promise<readonly string[]> {
  const seen: string[] = []
  const ours = new Set(origins)
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol !== 'data:' && protocol !== 'blob:' && !ours.has(origin)) seen.push(`request ${request.url()}`)
  })
  context.on('page', (page) => {
    page.on('dialog', async (dialog) => {
      seen.push(`dialog ${dialog.message()}`)
      await dialog.dismiss()
    })
    page.on('popup', (popup) => seen.push(`popup ${popup.url()}`))
  })
  await context.exposeFunction('reportExecution', (what: string) => void seen.push(`execution ${what}`))
  await context.addInitScript(() => {
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
      Object.defineProperty(globalThis, name, {
        value: () => void Reflect.apply(Reflect.get(globalThis, 'reportExecution'), null, [name]),
      })
    }
  })
  return seen
}

/** What of it is an execution of a script. */
export const executions = (seen: readonly string[]): number =>
  seen.filter((what) => /^(?:execution|dialog) /.test(what)).length
