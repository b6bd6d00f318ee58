import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { totpAt } from '../../packages/server-adapter/src/auth/totp.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findings } from './support/axe.ts'
import { launchBrowser, newPerson } from './support/browser.ts'
import { signIn } from './support/inbox-page.ts'
import { visit } from './support/widget-page.ts'

const NEW_PASSWORD = 'a quite different horse'

let browser: Browser
let server: TestServer

beforeAll(async () => {
  browser = await launchBrowser()
})
beforeEach(async () => {
  server = await startServer()
})
afterEach(async () => {
  await server?.close()
})
afterAll(async () => {
  await browser?.close()
})

/** With the keyboard alone, as everything here. */
async function openAccount(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.keyboard.type('account')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Your account' }).waitFor()
}

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel('Current password').focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(current)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Control+a')
  await page.keyboard.type(next)
  await page.keyboard.press('Enter')
}

const codeOf = (secret: string) => totpAt(secret, Math.floor(Date.now() / 30_000))

const isSignedOut = (page: Page) => page.getByRole('heading', { name: 'Sign in to the inbox' }).waitFor()

describe('the account screen', () => {
  it('[IN25, IN1] changes the password: this browser stays, the other is signed out', async () => {
    const inbox = await signIn(await newPerson(browser), server)
    const { page } = inbox
    const elsewhere = await signIn(await newPerson(browser), server)
    await openAccount(page)
    const outcome = page.getByRole('dialog').getByRole('alert').first()

    await changePassword(page, 'not my password', NEW_PASSWORD)
    await outcome.getByText('That is not your current password. Nothing has changed; try again.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('current-password')
    await changePassword(page, server.admin.password, 'short')
    await outcome.getByText('The new password needs at least 12 characters.').waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('new-password')
    expect(await page.getByLabel('Current password').inputValue()).toBe(server.admin.password)

    await changePassword(page, server.admin.password, NEW_PASSWORD)
    await outcome.getByText('Your password is changed, and every other session has ended.').waitFor()
    await isSignedOut(elsewhere.page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    // What comes is still seen: the socket is back with the new session.
    const visitor = await visit(await newPerson(browser), server.demo)
    await visitor.open()
    await visitor.send('Is somebody still there?')
    await inbox.show('all')
    await inbox.rows.filter({ hasText: 'Is somebody still there?' }).waitFor()

    const login = elsewhere.page
    await login.getByLabel('E-mail').fill(server.admin.email)
    await login.getByLabel('Password').fill(server.admin.password)
    await login.keyboard.press('Enter')
    await login.getByText('do not belong together').waitFor()
    await login.getByLabel('Password').fill(NEW_PASSWORD)
    await login.keyboard.press('Enter')
    await login.getByRole('navigation').first().waitFor()
  })

  it('[IN25] signs out everywhere', async () => {
    const { page } = await signIn(await newPerson(browser), server)
    const elsewhere = await signIn(await newPerson(browser), server)
    await openAccount(page)
    await page.getByRole('button', { name: 'Sign out everywhere' }).focus()
    await page.keyboard.press('Enter')
    await Promise.all([isSignedOut(page), isSignedOut(elsewhere.page)])
    await page.reload()
    await isSignedOut(page)
  })

  it('[IN26, IN1] sets up two-step sign-in, which the next sign-in asks for, until it is turned off', async () => {
    const { page } = await signIn(await newPerson(browser, { reducedMotion: 'reduce' }), server)
    const { email, password } = server.admin
    await openAccount(page)
    const part = page.getByRole('region', { name: 'Two-step sign-in' })
    const type = async (label: string, text: string) => {
      await part.getByLabel(label).focus()
      await page.keyboard.press('Control+a')
      await page.keyboard.type(text)
    }
    await type('Your password, to begin', 'not my password')
    await page.keyboard.press('Enter')
    await part.getByText('That is not right. Nothing has changed').waitFor()
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    const secret = (await part.locator('.secret').textContent())?.replaceAll(' ', '') ?? ''
    expect(await part.getByRole('link').getAttribute('href')).toContain(`secret=${secret}`)
    expect.soft(await findings(page), 'setting it up').toEqual([])
    await page.keyboard.type('none')
    await page.keyboard.press('Enter')
    await part.getByText('This code is not right, or was used before.').waitFor()
    await type('Code from the app', codeOf(secret))
    await page.keyboard.press('Enter')
    await part.getByRole('button', { name: 'I have kept them' }).waitFor()
    const codes = await part.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents()
    expect(codes).toHaveLength(10)
    expect.soft(await findings(page), 'the recovery codes').toEqual([])
    await page.keyboard.press('Enter')
    await part.getByText('It is on, with 10 recovery codes left.').waitFor()

    const login = await (await newPerson(browser, { reducedMotion: 'reduce' })).newPage()
    await login.goto(server.inbox)
    await login.getByLabel('E-mail').fill(email)
    await login.getByLabel('Password').fill(password)
    await login.keyboard.press('Enter')
    await login.getByRole('heading', { name: 'One more step' }).waitFor()
    expect.soft(await findings(login), 'the sign-in that asks for a code').toEqual([])
    await login.keyboard.type('none')
    await login.keyboard.press('Enter')
    await login.getByText('This code is not right, or was used before.').waitFor()
    await login.keyboard.type(codes[0]?.toLowerCase() ?? '')
    await login.keyboard.press('Enter')
    await login.getByRole('navigation').first().waitFor()

    await type('Your password, to turn it off', password)
    await type('Code from the app, or a recovery code', codes[1] ?? '')
    await page.keyboard.press('Enter')
    await part.getByText('Two-step sign-in is off.').waitFor()
  })

  it('[IN1] axe finds nothing on it, light and dark', async () => {
    const { page } = await signIn(await newPerson(browser, { reducedMotion: 'reduce' }), server)
    await openAccount(page)
    await changePassword(page, server.admin.password, 'short')
    await page.getByText('The new password needs at least 12 characters.').waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect.soft(await findings(page), colorScheme).toEqual([])
    }
  })
})
