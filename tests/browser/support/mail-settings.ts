// How an admin sets up a site's mail in the inbox: what they fill in, try, and save. The only place that knows the form.

import type { Page } from 'playwright-core'

interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface TypedMailSettings {
  /** The user of the mailbox too. */
  readonly address: string
  readonly smtp: Endpoint
  readonly imap: Endpoint & { readonly password: string }
  /** What the receiving server calls itself in its header. */
  readonly authservId: string
}

/** For servers of this machine: nothing is encrypted. An answer that nobody reads is mailed after a minute, the shortest there is. */
export async function setUpMail(page: Page, { address, smtp, imap, authservId }: TypedMailSettings): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('settings')
  await page.keyboard.press('Enter')
  const form = page.getByRole('form', { name: 'E-mail' })
  const field = (label: string) => form.getByLabel(label, { exact: true })
  await field('Address').fill(address)
  await field('Quiet minutes before that (1 to 60)').fill('1')
  for (const [name, { host, port }] of Object.entries({ SMTP: smtp, IMAP: imap })) {
    await field(`${name} host`).fill(host)
    await field(`${name} port`).fill(String(port))
    await field(`${name} security`).selectOption({ label: 'None (not over the internet)' })
  }
  await field('IMAP password (empty: that of SMTP)').fill(imap.password)
  await field('Verify senders').selectOption({ label: 'By what the receiving server wrote' })
  await field('Name of that server in its header').fill(authservId)
  await form.getByRole('button', { name: 'Test', exact: true }).click()
  for (const name of ['SMTP', 'IMAP']) await form.getByText(`${name} works`, { exact: true }).waitFor()
  await form.getByRole('button', { name: 'Save mail' }).click()
  await form.getByText('Saved.', { exact: true }).waitFor()
}
