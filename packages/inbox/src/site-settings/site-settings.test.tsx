// @vitest-environment happy-dom

import { cleanup, fireEvent } from '@testing-library/preact'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeRows, makeThread } from '../gallery/fake-data.ts'
import { createFakeInbox } from '../gallery/fake-inbox.ts'
import { createFakeSettings } from '../gallery/fake-settings.ts'
import { NOW } from '../gallery/scenes.ts'
import { renderInbox, type RenderedInbox } from '../testing/render-inbox.tsx'

afterEach(() => {
  cleanup()
  history.replaceState(null, '', '/')
})

async function open(settings = createFakeSettings(), role: 'admin' | 'agent' = 'admin') {
  const inbox = createFakeInbox({
    rows: makeRows(1, NOW),
    thread: (row) => makeThread(row, NOW),
    now: NOW,
    settings,
    role,
  })
  const view = await renderInbox(inbox, { list: 'all', conversation: null })
  return { view, settings }
}

async function openSettings(settings = createFakeSettings()) {
  const { view } = await open(settings)
  view.app.$overlay.set('settings')
  await view.settle()
  return { view, settings }
}

const write = (view: RenderedInbox, label: string | RegExp, value: string) =>
  fireEvent.input(view.getByLabelText(label), { target: { value } })

async function press(view: RenderedInbox, name: string) {
  fireEvent.click(view.getByRole('button', { name }))
  await view.settle()
}

describe('the settings', () => {
  it('[EM131] are in an admin’s menu and palette, and in nobody else’s', async () => {
    const { view } = await open()
    fireEvent.click(view.getByTitle('ayu@acme.example'))
    await view.settle()
    fireEvent.click(view.getByRole('menuitem', { name: 'Settings' }))
    await view.settle()
    expect(view.getByRole('dialog', { name: 'Settings' })).toBeTruthy()
    cleanup()
    const agent = (await open(createFakeSettings(), 'agent')).view
    fireEvent.click(agent.getByTitle('ayu@acme.example'))
    await agent.settle()
    expect(agent.queryByRole('menuitem', { name: 'Settings' })).toBeNull()
    agent.app.$overlay.set('palette')
    await agent.settle()
    expect(agent.queryByRole('option', { name: 'Settings' })).toBeNull()
    expect(agent.getByRole('option', { name: 'Your account' })).toBeTruthy()
  })

  it('[EM131] say in words that the server refuses them', async () => {
    const { view } = await openSettings(createFakeSettings({ isAdmin: false }))
    expect(view.getByRole('alert').textContent).toBe('Unable to show the settings: that is for admins.')
  })
})

describe('a site', () => {
  it('[EM132] says what was stored in place of what was typed, and what was not taken', async () => {
    const { view, settings } = await openSettings()
    write(view, 'Origins, one a line', 'https://acme.example/\nhttps://shop.acme.example')
    await press(view, 'Save site')
    expect(view.getByText('Saved. Stored as https://acme.example.')).toBeTruthy()
    expect(view.getByLabelText('Origins, one a line')).toHaveProperty(
      'value',
      'https://acme.example\nhttps://shop.acme.example',
    )
    write(view, 'Origins, one a line', 'acme.example')
    await press(view, 'Save site')
    expect(
      view.getByText('Unable to save this site: “acme.example” is not an origin: write https://acme.example.'),
    ).toBeTruthy()
    // What the form does not show stays.
    expect((await settings.sites()).sites[0]?.config).toMatchObject({ position: 'right', greeting: 'How can we help?' })
  })

  it('[EM132] is added, and its tag copied', async () => {
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const { view } = await openSettings()
    await press(view, 'New site')
    write(view, 'Name', 'Harbour')
    write(view, 'Origins, one a line', 'https://harbour.example')
    await press(view, 'Add site')
    expect(view.getByRole('button', { name: 'Harbour', current: true })).toBeTruthy()
    await press(view, 'Copy the tag')
    expect(copied).toHaveBeenCalledWith('<script async src="https://chat.acme.example/harbour/widget.js"></script>')
    expect(view.getByText('Copied.')).toBeTruthy()
  })
})

describe('a site’s mail', () => {
  it('[EM135] begins with what its servers complained about', async () => {
    const { view } = await openSettings()
    expect(view.getByText(/Mail has trouble \(imap login\): The server did not take/u)).toBeTruthy()
  })

  it('[EM133] fills a provider’s servers in, shows secrets as stored, and sends only what was typed', async () => {
    const { view, settings } = await openSettings()
    expect(view.getByLabelText('SMTP password (stored: type only to replace it)')).toHaveProperty('value', '')
    await press(view, 'Save mail')
    expect(settings.asked[0]?.smtp).toEqual({ host: 'smtp.acme.example', port: 465, security: 'tls' })
    const provider = view.getByLabelText('Provider')
    if (!(provider instanceof HTMLSelectElement)) throw new Error('the provider is chosen from a list')
    provider.value = 'gmail'
    // Not `fireEvent.change`: that is `input` where preact/compat is about.
    provider.dispatchEvent(new Event('change', { bubbles: true }))
    await view.settle()
    expect(view.getByText(/make an app password/u)).toBeTruthy()
    expect(view.getByLabelText('SMTP host')).toHaveProperty('value', 'smtp.gmail.com')
    write(view, 'SMTP password', 'app password')
    await press(view, 'Save mail')
    expect(settings.asked[1]?.smtp).toMatchObject({ host: 'smtp.gmail.com', password: 'app password' })
    expect(view.getByLabelText('SMTP password (stored: type only to replace it)')).toHaveProperty('value', '')
  })

  it('[EM163] takes no port and no number of minutes that is none', async () => {
    const { view } = await openSettings()
    for (const [label, wrong] of [
      ['SMTP port', '70000'],
      ['IMAP port', '0'],
      ['Quiet minutes before that (1 to 60)', '61'],
    ] as const) {
      const field = view.getByLabelText(label)
      if (!(field instanceof HTMLInputElement)) throw new Error('it is typed')
      expect(field.checkValidity(), label).toBe(true)
      write(view, label, wrong)
      expect(field.checkValidity(), label).toBe(false)
    }
  })

  it('[EM165] shows where a mail service delivers, and a token for it once it is asked for', async () => {
    const { view } = await openSettings()
    expect(view.queryByRole('button', { name: 'Make a new token' })).toBeNull()
    fireEvent.click(view.getByLabelText('Fetch answers from a mailbox'))
    await view.settle()
    expect(view.getByText('https://chat.acme.example/api/mail/acme')).toBeTruthy()
    await press(view, 'Make a new token')
    expect(view.getByText('token-1')).toBeTruthy()
    await press(view, 'Make a new token')
    expect(view.getByText('token-2')).toBeTruthy()
    expect(view.queryByText('token-1')).toBeNull()
  })

  it('[EM173] is turned off by a second press that says what is forgotten, and not after looking elsewhere', async () => {
    const { view } = await openSettings()
    await press(view, 'Turn mail off')
    fireEvent.focusOut(view.getByRole('button', { name: /its passwords are forgotten/ }))
    await view.settle()
    await press(view, 'Turn mail off')
    await press(view, 'Yes, off: its passwords are forgotten')
    expect(view.getByText('Mail is off, and its secrets are forgotten.')).toBeTruthy()
    expect(view.queryByRole('button', { name: 'Turn mail off' })).toBeNull()
  })

  it('[EM134] is tested step by step, with what to do', async () => {
    const { view } = await openSettings()
    await press(view, 'Test')
    expect(view.getByText('SMTP works')).toBeTruthy()
    expect(view.getByText('IMAP does not work yet')).toBeTruthy()
    expect(view.getByText(/Make an app password at your provider/u)).toBeTruthy()
  })
})
